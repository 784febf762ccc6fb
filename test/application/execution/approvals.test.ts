import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { defineAgent } from '#domain/agent/agent.ts'
import { type ToolDefinition, defineTool } from '#domain/agent/tool.ts'
import type { JsonValue } from '#domain/json/json.ts'
import type { Resolution } from '#domain/job/resolution.ts'
import { nextWakeAt } from '#domain/job/wake.ts'
import { eventually } from '#test/support/eventually.ts'
import { NEVER, execution } from '#test/support/execution.ts'
import { T0, TILL } from '#test/support/fixtures.ts'
import type { ToolCall } from '#domain/agent/message.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { counter, tool } from '#test/support/tools.ts'
import { resolvingOn } from '#test/support/resolving.ts'

const Mail = z.object({ to: z.string() })

/** An agent that may mail, if a person allows it; and what it has mailed. */
function mailer(fields: Partial<ToolDefinition<z.infer<typeof Mail>>> = {}) {
  const sent: JsonValue[] = []
  const mail = defineTool({
    name: 'mail',
    description: 'Sends a mail.',
    input: Mail,
    approval: true,
    run: (input, { submittedBy }) => {
      sent.push({ ...input, for: { ...submittedBy } })
      return 'sent'
    },
    ...fields,
  })
  const read = counter('read')
  const agent = defineAgent({ name: 'writer', instructions: '', tools: [mail, read.tool] })
  return { ...execution(agent), tools: agent.tools, sent, read }
}

/** Who answers; `TILL` has submitted the job. */
const BOSS = { kind: 'key', id: 'boss' } as const

type World = ReturnType<typeof mailer>

/** A job whose model has asked for these calls, woken once. */
async function asked(
  world: World,
  ...calls: readonly (Pick<ToolCall, 'id' | 'name'> & Partial<Pick<ToolCall, 'input'>>)[]
) {
  const id = await world.submit()
  await world.executor(new ListedModel(asks(...calls))).execute(id, NEVER)
  const resolveCall = resolvingOn(world)
  return {
    id,
    say: (callId: string, resolution: Resolution) =>
      resolveCall.execute({ tenantId: 'acme', by: BOSS, jobId: id, call: callId, resolution }),
    /** What the model sees when the job goes on. */
    goOn: async () => {
      const model = new ListedModel(answer('Done.'))
      await world.executor(model).execute(id, NEVER)
      return model.requests[0]?.messages.at(-1)
    },
  }
}

const TO_EVA = { id: 'a', name: 'mail', input: { to: 'eva' } }

describe('a call that needs approval', () => {
  test('is not made: the job waits, and shows what would be done', async () => {
    const world = mailer()
    const { id } = await asked(world, TO_EVA)
    expect(await world.job(id)).toMatchObject({
      status: 'waiting',
      wait: { reason: 'approval', calls: [{ callId: 'a', name: 'mail', input: { to: 'eva' }, since: T0 }] },
    })
    expect(world.sent).toEqual([])
  })

  test('is made once a person has allowed it, for the one who submitted the job', async () => {
    const world = mailer()
    const { id, say, goOn } = await asked(world, TO_EVA)
    expect(await say('a', { outcome: 'approved' })).toMatchObject({ status: 'queued' })
    expect(await goOn()).toMatchObject({ results: [{ callId: 'a', isError: false, output: 'sent' }] })
    expect(world.sent).toEqual([{ to: 'eva', for: TILL }])
    expect(await world.job(id)).toMatchObject({ status: 'completed' })
    const events = (await world.store.events(id, 0)).map(({ event }) => event)
    expect(events).toContainEqual({ type: 'tool_call.approved', at: T0, callId: 'a', by: BOSS })
  })

  test('is made with what the person has put in place of its input', async () => {
    const world = mailer()
    const { id, say, goOn } = await asked(world, TO_EVA)
    await say('a', { outcome: 'approved', input: { to: 'karl' } })
    await goOn()
    expect(world.sent).toMatchObject([{ to: 'karl' }])
    // The model, and those who read the report, see what was really done.
    expect(await world.job(id)).toMatchObject({ report: { toolCalls: [{ input: { to: 'karl' } }] } })
  })

  test('is not made when a person rejects it, and the model reads why', async () => {
    const world = mailer()
    const { say, goOn } = await asked(world, TO_EVA)
    await say('a', { outcome: 'rejected', reason: 'Eva has left.' })
    const output = 'A person did not allow this call: Eva has left.'
    expect(await goOn()).toMatchObject({ results: [{ callId: 'a', isError: true, output }] })
    expect(world.sent).toEqual([])
  })

  test('is not made when its job is failed instead', async () => {
    const { id, say } = await asked(mailer(), TO_EVA)
    expect(await say('a', { outcome: 'fail' })).toMatchObject({ id, status: 'failed', error: { code: 'call_failed' } })
  })

  test('holds up no other call of the same answer', async () => {
    const world = mailer()
    const { id, say, goOn } = await asked(world, TO_EVA, { id: 'b', name: 'read' })
    expect(world.read.runs()).toBe(1)
    expect(await world.job(id)).toMatchObject({ wait: { calls: [{ callId: 'a' }] } })
    await say('a', { outcome: 'approved' })
    expect(await goOn()).toMatchObject({ results: [{ callId: 'a' }, { callId: 'b', output: 1 }] })
    expect(world.read.runs()).toBe(1)
  })

  test('goes on when the last of several is answered', async () => {
    const world = mailer()
    const { say, goOn } = await asked(world, TO_EVA, { ...TO_EVA, id: 'b' })
    expect(await say('b', { outcome: 'rejected' })).toMatchObject({
      status: 'waiting',
      wait: { calls: [{ callId: 'a' }] },
    })
    expect(await say('a', { outcome: 'approved' })).toMatchObject({ status: 'queued' })
    await goOn()
    expect(world.sent).toHaveLength(1)
  })
})

describe('an answer', () => {
  test('that comes late changes nothing, and shows how things stand', async () => {
    const world = mailer()
    const { id, say, goOn } = await asked(world, TO_EVA)
    await say('a', { outcome: 'rejected' })
    await goOn()
    const before = await world.job(id)
    expect(await say('a', { outcome: 'approved' })).toEqual(before)
    expect(await say('a', { outcome: 'fail' })).toEqual(before)
  })

  test('that comes while another call of the same answer is made is refused, for the job does not wait yet', async () => {
    const looking = Promise.withResolvers<string>()
    const world = mailer()
    const look = tool('look', () => looking.promise)
    const agent = defineAgent({ name: 'writer', instructions: '', tools: [...world.tools, look] })
    const id = await world.submit()
    const model = new ListedModel(asks(TO_EVA, { id: 'b', name: 'look' }))
    const running = world.executor(model, [agent]).execute(id, NEVER)
    const resolveCall = resolvingOn(world)
    const say = (resolution: Resolution) =>
      resolveCall.execute({ tenantId: 'acme', by: BOSS, jobId: id, call: 'a', resolution })
    await eventually(async () => {
      expect(await world.eventTypes(id)).toContain('tool_call.started')
    })
    await expect(say({ outcome: 'approved' })).rejects.toMatchObject({ code: 'call_not_ready', retryable: true })
    await expect(say({ outcome: 'fail' })).rejects.toMatchObject({ code: 'call_not_ready' })
    looking.resolve('seen')
    await running
    expect(await say({ outcome: 'approved' })).toMatchObject({ status: 'queued' })
  })

  test.each<Resolution>([{ outcome: 'happened', result: 1 }, { outcome: 'did_not_happen' }])(
    'to another question changes nothing: $outcome',
    async (resolution) => {
      const world = mailer()
      const { id, say } = await asked(world, TO_EVA)
      expect(await say('a', resolution)).toEqual(await world.job(id))
    },
  )
})

describe('the rule of a tool', () => {
  const external = { approval: ({ to }: { to: string }) => to.includes('@') }

  test('sees the input, and lets calls through that need no approval', async () => {
    const world = mailer(external)
    const { id } = await asked(world, TO_EVA, { id: 'b', name: 'mail', input: { to: 'a@b.example' } })
    expect(world.sent).toMatchObject([{ to: 'eva' }])
    expect(await world.job(id)).toMatchObject({ wait: { calls: [{ callId: 'b' }] } })
  })

  test('is asked once: a later release with another rule changes nothing', async () => {
    const world = mailer({ approval: () => true })
    const { id } = await asked(world, TO_EVA)
    const { agent } = { agent: defineAgent({ name: 'writer', instructions: '', tools: [counter('mail').tool] }) }
    await world.executor(new ListedModel(), [agent]).execute(id, NEVER)
    expect(await world.job(id)).toMatchObject({ status: 'waiting', wait: { reason: 'approval' } })
  })

  test('that fails counts as yes, and is logged', async () => {
    const world = mailer({
      approval: () => {
        throw new Error('no rule book')
      },
    })
    const { id } = await asked(world, TO_EVA)
    expect(await world.job(id)).toMatchObject({ wait: { reason: 'approval' } })
    expect(world.logger.lines.map(({ message }) => message).join()).toContain('approval rule of a tool failed')
  })

  test('is not asked about arguments that do not fit: the model corrects them', async () => {
    const world = mailer()
    const id = await world.submit()
    const model = new ListedModel(asks({ id: 'a', name: 'mail', input: { too: 'eva' } }), answer('Done.'))
    await world.executor(model).execute(id, NEVER)
    expect(model.requests[1]?.messages.at(-1)).toMatchObject({ results: [{ callId: 'a', isError: true }] })
    expect(await world.job(id)).toMatchObject({ status: 'completed' })
  })

  test('that does not end in the time of its tool counts as yes', async () => {
    const world = mailer({ approval: () => new Promise<never>(() => undefined), timeoutMs: 5000 })
    const id = await world.submit()
    const running = world.executor(new ListedModel(asks(TO_EVA))).execute(id, NEVER)
    await eventually(async () => {
      await world.clock.advance(5000)
      expect(await world.job(id)).toMatchObject({ status: 'waiting', wait: { reason: 'approval' } })
    })
    await running
  })
})

describe('a time limit', () => {
  test('wakes the job, and rejects what no person has answered', async () => {
    const world = mailer({ approvalTimeoutMs: 60_000 })
    const { id, goOn } = await asked(world, TO_EVA)
    const job = await world.job(id)
    expect(job).toMatchObject({ wait: { calls: [{ expiresAt: T0 + 60_000 }] } })
    expect(nextWakeAt(job)).toBe(T0 + 60_000)
    await world.clock.advance(60_000)
    const output = 'The call was not made: it needs approval by a person, and none came in time.'
    expect(await goOn()).toMatchObject({ results: [{ callId: 'a', isError: true, output }] })
    expect(world.sent).toEqual([])
  })

  test('does not count for a call that was allowed in time', async () => {
    const world = mailer({ approvalTimeoutMs: 60_000 })
    const { say, goOn } = await asked(world, TO_EVA)
    await say('a', { outcome: 'approved' })
    await world.clock.advance(120_000)
    await goOn()
    expect(world.sent).toHaveLength(1)
  })
})
