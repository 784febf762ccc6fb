import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { UlidGenerator } from '#adapters/web/id-generator.ts'
import { CryptoRandom } from '#adapters/web/random.ts'
import { RunSync } from '#application/agent/run-sync.ts'
import { type Agent, type AgentDefinition, defineAgent } from '#domain/agent/agent.ts'
import { AgentRegistry } from '#domain/agent/registry.ts'
import { defineTool } from '#domain/agent/tool.ts'
import { DEFAULT_LIMITS } from '#domain/job/limits.ts'
import type { JsonValue } from '#domain/json/json.ts'
import type { Models } from '#ports/model.ts'
import { ANY_TENANT } from '#test/support/tenants.ts'
import { NEVER } from '#test/support/execution.ts'
import { silentLogger } from '#test/support/silent-logger.ts'
import { ListedModel, answer, asks, hangingModel } from '#test/support/script.ts'
import { counter, tool } from '#test/support/tools.ts'
import { TILL } from '#test/support/fixtures.ts'
import { PRICES } from '#test/support/prices.ts'
import { UNCOUNTED } from '#test/support/uncounted.ts'

function agentWith(fields: Partial<AgentDefinition>): Agent {
  return defineAgent({ name: 'writer', instructions: 'Write.', ...fields })
}

function runner(agent: Agent, models: Models, clock = new ManualClock()) {
  const runSync = new RunSync({
    tenants: ANY_TENANT,
    agents: new AgentRegistry([agent]),
    models,
    clock,
    defaultModel: 'scripted/test',
    prices: PRICES,
    limits: DEFAULT_LIMITS,
    logger: silentLogger,
    countRuns: UNCOUNTED,
    ids: new UlidGenerator(clock, new CryptoRandom()),
  })
  return (input: string | object = 'hello', signal = NEVER) =>
    runSync.execute({ tenantId: 'acme', by: TILL, agent: agent.name, input: input as string, signal })
}

/** The one tool result that the model saw in its second call. */
function resultSeen(model: ListedModel): unknown {
  const last = model.requests[1]?.messages.at(-1)
  return last?.role === 'tool' ? last.results[0] : last
}

describe('the loop', () => {
  test('gives the model its instructions, its tools and the input', async () => {
    const model = new ListedModel(answer('Hej!'))
    const { tool: lookup } = counter('lookup')
    const report = await runner(agentWith({ tools: [lookup], model: 'anthropic/x' }), model)({ a: 1 })
    expect(model.requests).toEqual([
      {
        model: 'anthropic/x',
        instructions: 'Write.',
        messages: [{ role: 'user', text: '{"a":1}' }],
        tools: [
          {
            name: 'lookup',
            description: 'lookup',
            inputSchema: expect.objectContaining({ type: 'object' }) as unknown,
          },
        ],
        output: null,
        settings: {},
      },
    ])
    expect(report).toMatchObject({
      output: 'Hej!',
      stopReason: 'finished',
      usage: { inputTokens: 10, outputTokens: 5 },
    })
  })

  test('runs the calls of one answer in parallel and gives back their results in the order of the calls', async () => {
    const gate = Promise.withResolvers<null>()
    const slow = tool('slow', async () => gate.promise.then(() => 'slow'))
    const fast = tool('fast', () => {
      gate.resolve(null) // Deadlocks unless "slow" is running already.
      return 'fast'
    })
    const model = new ListedModel(asks({ id: 'a', name: 'slow' }, { id: 'b', name: 'fast' }), answer('Done.'))
    await runner(agentWith({ tools: [slow, fast] }), model)()
    expect(model.requests[1]?.messages.at(-1)).toEqual({
      role: 'tool',
      results: [
        { callId: 'a', name: 'slow', isError: false, output: 'slow' },
        { callId: 'b', name: 'fast', isError: false, output: 'fast' },
      ],
    })
  })

  test('stops at the limit of iterations, by default 10, with a report of what was done', async () => {
    const { tool: lookup, runs } = counter('lookup')
    const endless = Array.from({ length: 11 }, (_, n) => asks({ id: `c${String(n)}`, name: 'lookup' }))
    const report = await runner(agentWith({ tools: [lookup] }), new ListedModel(...endless))()
    expect(report).toMatchObject({ stopReason: 'max_iterations', iterations: 10 })
    expect(report.toolCalls).toHaveLength(10)
    expect(runs()).toBe(10)
    const short = await runner(agentWith({ tools: [lookup], maxIterations: 2 }), new ListedModel(...endless))()
    expect(short).toMatchObject({ stopReason: 'max_iterations', iterations: 2 })
  })

  test('keeps calls apart that a server gave the same id', async () => {
    const { tool: lookup, runs, keys } = counter('lookup')
    const model = new ListedModel(
      asks({ id: 'call_0', name: 'lookup' }),
      asks({ id: 'call_0', name: 'lookup' }, { id: '', name: 'lookup' }),
      answer('Done.'),
    )
    const report = await runner(agentWith({ tools: [lookup] }), model)()
    expect(runs()).toBe(3)
    expect(new Set(keys).size).toBe(3)
    expect(report.toolCalls.map(({ id }) => id)).toEqual(['call_0', 'call_0_2', 'call'])
  })

  test('tells how an answer ended that is not whole', async () => {
    const cut = { ...answer('Half a sen'), finishReason: 'length' as const }
    expect(await runner(agentWith({}), new ListedModel(cut))()).toMatchObject({
      stopReason: 'length',
      output: 'Half a sen',
    })
  })
})

interface Refusal {
  readonly name: string
  readonly call: string
  readonly input?: JsonValue
  readonly act: () => JsonValue | Promise<JsonValue>
  readonly says: string
}

const refusals: readonly Refusal[] = [
  { name: 'an unknown tool', call: 'no_such', act: () => null, says: 'There is no tool "no_such". Tools: strict.' },
  {
    name: 'a tool that throws',
    call: 'strict',
    input: { n: 1 },
    act: () => {
      throw new Error('Out of stock.')
    },
    says: 'Out of stock.',
  },
  {
    name: 'a tool that rejects',
    call: 'strict',
    input: { n: 1 },
    act: () => Promise.reject(new Error('Later.')),
    says: 'Later.',
  },
  {
    name: 'arguments that do not fit',
    call: 'strict',
    input: { n: 'one' },
    act: () => null,
    says: 'The arguments do not fit: n: Invalid input: expected number, received string.',
  },
  {
    name: 'arguments that are not JSON',
    call: 'strict',
    input: '{"n":',
    act: () => null,
    says: 'The arguments are not valid JSON. Write them again, as one JSON object.',
  },
  {
    name: 'arguments that are no object',
    call: 'strict',
    input: '[1]',
    act: () => null,
    says: 'The arguments are not a JSON object.',
  },
  {
    name: 'a number in its arguments that would be rounded',
    call: 'strict',
    input: '{"n":1,"of":[{"id":2512292042121000001}]}',
    act: () => null,
    says: 'The arguments do not fit: of.0.id: 2512292042121000001 is more than a double can hold; send it as a string.',
  },
]

describe('what the model sees of a call that brought no result', () => {
  test.each(refusals)('$name', async ({ call, input = {}, act, says }) => {
    const strict = defineTool({ name: 'strict', description: '', input: z.object({ n: z.number() }), run: act })
    const model = new ListedModel(asks({ id: 'a', name: call, input }), answer('Sorry.'))
    const report = await runner(agentWith({ tools: [strict] }), model)()
    expect(resultSeen(model)).toEqual({ callId: 'a', name: call, isError: true, output: says })
    expect(report).toMatchObject({ stopReason: 'finished', toolCalls: [{ isError: true }] })
  })

  test('a tool that takes too long, whose signal is aborted', async () => {
    const clock = new ManualClock()
    let aborted = false
    const running = Promise.withResolvers<null>()
    const hang = tool(
      'hang',
      (_input, { signal }) => {
        signal.addEventListener('abort', () => (aborted = true))
        running.resolve(null)
        return new Promise(() => undefined)
      },
      { timeoutMs: 5000 },
    )
    const model = new ListedModel(asks({ id: 'a', name: 'hang' }), answer('Sorry.'))
    const report = runner(agentWith({ tools: [hang] }), model, clock)()
    await running.promise
    await clock.advance(5000)
    expect(await report).toMatchObject({ stopReason: 'finished' })
    expect(resultSeen(model)).toMatchObject({ isError: true, output: 'The tool "hang" did not finish within 5 s.' })
    expect(aborted).toBe(true)
    expect(clock.nextAt()).toBeNull()
  })
})

describe('what the caller sees', () => {
  test('a model that does not answer in time', async () => {
    const clock = new ManualClock()
    const { model, asked } = hangingModel()
    const report = runner(agentWith({ modelTimeoutMs: 1000 }), model, clock)()
    const ending = expect(report).rejects.toMatchObject({ code: 'model_timeout', retryable: true })
    const signal = await asked
    await clock.advance(1000)
    await ending
    expect(signal.aborted).toBe(true)
  })

  test('an abort: the model call is aborted and nothing more is called', async () => {
    const leave = new AbortController()
    const model = new ListedModel((_request, { signal }) => {
      leave.abort()
      expect(signal.aborted).toBe(true)
      return new Promise(() => undefined)
    })
    await expect(runner(agentWith({}), model)('hello', leave.signal)).rejects.toMatchObject({ code: 'canceled' })
    expect(model.requests).toHaveLength(1)
  })

  test('an input that does not fit the agent, before the model is called', async () => {
    const model = new ListedModel()
    const run = runner(agentWith({ input: z.strictObject({ product: z.string() }) }), model)
    await expect(run({ prodct: 'x' })).rejects.toMatchObject({
      code: 'invalid_input',
      problems: ['product: Invalid input: expected string, received undefined', 'Unrecognized key: "prodct"'],
    })
  })
})
