import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { type AgentDefinition, defineAgent } from '#domain/agent/agent.ts'
import type { ModelReply } from '#ports/model.ts'
import { NEVER, execution } from '#test/support/execution.ts'
import { submitted } from '#test/support/fixtures.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { tool } from '#test/support/tools.ts'

const output = z.object({ title: z.string(), stars: z.int().default(3) })
const GOOD = answer('{"title":"Linen"}')
const BAD = answer('{"title":7}')
const PROSE = answer('A fine apron.')

/** One job of an agent with an output schema, and the answers of its model. */
async function run(answers: ConstructorParameters<typeof ListedModel>, more: Partial<AgentDefinition> = {}) {
  const model = new ListedModel(...answers)
  const world = execution(defineAgent({ name: 'writer', instructions: 'Write.', output, ...more }))
  const { job, event } = submitted({})
  await world.store.create(job, event)
  await world.executor(model).execute(job.id, NEVER)
  const events = (await world.store.events(job.id, 0)).map((stored) => stored.event)
  return { model, job: await world.job(job.id), refusals: events.filter(({ type }) => type === 'output.refused') }
}

const cutOff = ({ message, usage }: ModelReply): ModelReply => ({ message, usage, finishReason: 'length' })

describe('an agent with an output schema', () => {
  test('reports what the schema makes of the answer, and shows the schema to the model', async () => {
    const { job, model } = await run([GOOD])
    expect(job).toMatchObject({ status: 'completed', report: { output: { title: 'Linen', stars: 3 } } })
    expect(model.requests[0]?.output).toMatchObject({ type: 'object', required: ['title'] })
  })

  test('asks again where the answer was cut off behind a draft that fits', async () => {
    const draft = cutOff(answer('First: {"title":"A"}. With the size: {"title":"A, 40 c'))
    const { job, refusals } = await run([draft, GOOD])
    expect(job).toMatchObject({ report: { output: { title: 'Linen' } } })
    expect(refusals).toMatchObject([{ problems: [expect.stringContaining('cut off'), 'the answer is not JSON'] }])
  })

  test('has stored the answer before the schema, which is code of the author, looks at it', async () => {
    const seen: string[] = []
    const world = execution(
      defineAgent({
        name: 'writer',
        instructions: '',
        output: output.refine(async () => {
          const events = await world.store.events(job.id, 0)
          seen.push(...events.map((stored) => stored.event.type))
          return true
        }),
      }),
    )
    const { job, event } = submitted({})
    await world.store.create(job, event)
    await world.executor(new ListedModel(GOOD)).execute(job.id, NEVER)
    expect(seen).toContain('model_call.completed')
  })

  test('leaves at once a schema that never comes to an end, when it is stopped', async () => {
    const stop = new AbortController()
    const world = execution(
      defineAgent({
        name: 'writer',
        instructions: '',
        output: output.refine(async () => {
          stop.abort(new Error('the process stops'))
          return new Promise<boolean>(() => undefined)
        }),
      }),
    )
    const { job, event } = submitted({})
    await world.store.create(job, event)
    await world.executor(new ListedModel(GOOD)).execute(job.id, stop.signal)
    expect((await world.job(job.id)).status).toBe('queued')
  })

  test('sends back what does not fit, with the problems', async () => {
    const { job, model, refusals } = await run([PROSE, BAD, GOOD])
    expect(job).toMatchObject({ status: 'completed', report: { output: { title: 'Linen' }, iterations: 3 } })
    expect(refusals).toMatchObject([
      { problems: ['the answer is not JSON'] },
      { problems: [expect.stringContaining('title: Invalid input')] },
    ])
    expect(model.requests[2]?.messages.at(-1)).toEqual({
      role: 'user',
      text: expect.stringMatching(/^Your answer does not fit the required JSON: title: .*Answer again/) as string,
    })
  })

  test('fails after two corrections, and says what does not fit', async () => {
    const { job, model } = await run([PROSE, BAD, BAD])
    expect(model.requests).toHaveLength(3)
    expect(job).toMatchObject({
      status: 'failed',
      error: {
        code: 'output_invalid',
        message: expect.stringContaining(
          'The answer of agent "writer" does not fit its output schema: title: ',
        ) as string,
      },
      receipt: { modelCalls: 3, failedModelCalls: 0 },
    })
  })

  test('is corrected beyond the limit of iterations, for that counts a turn that goes well', async () => {
    const { job } = await run([BAD, BAD, GOOD], { maxIterations: 1 })
    expect(job.status).toBe('completed')
  })

  test('asks for less where the answer was cut off', async () => {
    const { model, job } = await run([cutOff(answer('{"title":"Lin')), GOOD])
    expect(model.requests[1]?.messages.at(-1)).toMatchObject({
      text: expect.stringContaining('in fewer words') as string,
    })
    expect(job.status).toBe('completed')
  })

  test.each([
    ['the provider withheld the answer', [{ ...PROSE, finishReason: 'content_filter' as const }], {}],
    ['there was no answer within 1 model calls', [asks({ id: 'a', name: 'look' })], { maxIterations: 1 }],
  ])('fails at once where %s', async (problem, answers, more) => {
    const { job, refusals } = await run(answers, { tools: [tool('look', () => null)], ...more })
    expect(job).toMatchObject({
      status: 'failed',
      error: { code: 'output_invalid', message: expect.stringContaining(problem) as string },
    })
    expect(refusals).toEqual([])
  })

  test('may call tools before it answers, and after a correction', async () => {
    const look = (id: string) => asks({ id, name: 'look' })
    const { job } = await run([look('a'), BAD, look('b'), GOOD], {
      tools: [tool('look', () => null, { effect: 'read' })],
    })
    expect(job).toMatchObject({ status: 'completed', report: { output: { title: 'Linen' }, toolCalls: [{}, {}] } })
  })
})
