import { describe, expect, test } from 'vitest'
import { CancelJob } from '#application/job/cancel-job.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import type { Tool } from '#domain/agent/tool.ts'
import type { ModelReply } from '#ports/model.ts'
import { Crash } from '#test/support/crashing-store.ts'
import { type Execution, NEVER, execution } from '#test/support/execution.ts'
import { T0, TILL } from '#test/support/fixtures.ts'
import { ListedModel, asks } from '#test/support/script.ts'
import { counter } from '#test/support/tools.ts'

interface Scene {
  readonly name: string
  /** The cancel is stored right after the commit of the nth event of this type: before the executor can go on. */
  readonly after: { readonly type: string; readonly nth: number }
  readonly answers: readonly ModelReply[]
  readonly effect: 'read' | 'idempotent' | 'once'
  /** Given: an earlier process died right after an event of this type was stored. */
  readonly diedAfter?: string
  readonly made: { readonly models: number; readonly tools: number; readonly probes: number }
}

const one = asks({ id: 'a', name: 'send' })
const several = asks({ id: 'a', name: 'send' }, { id: 'b', name: 'send' }, { id: 'c', name: 'send' })
const EFFECTS = ['read', 'idempotent', 'once'] as const

const started = (nth: number) => ({ type: 'attempt.started', nth })
const toolIntent = { type: 'tool_call.started', nth: 1 }

const SCENES: readonly Scene[] = [
  {
    name: 'the first model call',
    after: started(1),
    answers: [one],
    effect: 'read',
    made: { models: 0, tools: 0, probes: 0 },
  },
  {
    name: 'the model call that follows a tool',
    after: { type: 'model_call.started', nth: 2 },
    answers: [one, one],
    effect: 'once',
    made: { models: 1, tools: 1, probes: 0 },
  },
  ...EFFECTS.flatMap((effect): Scene[] => [
    {
      name: `a call that is ${effect}`,
      after: toolIntent,
      answers: [one],
      effect,
      made: { models: 1, tools: 0, probes: 0 },
    },
    {
      name: `several that are ${effect}`,
      after: toolIntent,
      answers: [several],
      effect,
      made: { models: 1, tools: 0, probes: 0 },
    },
  ]),
  {
    name: 'a call that is made again after a death',
    diedAfter: 'tool_call.started',
    after: started(2),
    answers: [one],
    effect: 'idempotent',
    made: { models: 1, tools: 0, probes: 0 },
  },
  {
    name: 'the probe of a call that was cut off',
    diedAfter: 'tool_call.started',
    after: started(2),
    answers: [one],
    effect: 'once',
    made: { models: 1, tools: 0, probes: 0 },
  },
]

/** Runs `work` right after the commit of the event, before the committing executor hears that it is durable. */
function afterCommit(world: Execution, { type, nth }: Scene['after'], work: () => Promise<unknown>): void {
  const save = world.store.save.bind(world.store)
  let left = nth
  world.store.save = async (state, events) => {
    await save(state, events)
    if (events.some((event) => event.type === type) && --left === 0) await work()
  }
}

function sender(effect: Scene['effect']): {
  readonly tool: Tool
  readonly runs: () => number
  readonly probes: () => number
} {
  const probe = counter('probe')
  const context = { idempotencyKey: '', tenantId: '', submittedBy: TILL, jobId: null, signal: NEVER }
  const answer = async () => ({ happened: true, output: await probe.tool.run({}, context) }) as const
  return { ...counter('send', { effect, ...(effect === 'once' && { probe: answer }) }), probes: probe.runs }
}

describe.each([{ watched: false }, { watched: true }])('after a cancel is stored, watched: $watched', ({ watched }) => {
  test.each(SCENES)('$name does not begin, though its intent is stored', async (scene) => {
    const { tool, runs, probes } = sender(scene.effect)
    const world = execution(defineAgent({ name: 'writer', instructions: '', tools: [tool] }))
    const id = await world.submit()
    if (watched) world.feed.subscribe(id)
    const model = new ListedModel(...scene.answers)
    const stored = { at: null as number | null }
    const executor = world.executor(model)
    afterCommit(world, scene.after, async () => {
      const cancelJob = new CancelJob({ jobs: world.store, clock: world.clock, executions: executor })
      stored.at = (await cancelJob.execute({ tenantId: 'acme', by: TILL, jobId: id })).cancelRequestedAt
    })
    if (scene.diedAfter !== undefined) {
      world.store.dieAfter(scene.diedAfter)
      await expect(world.executor(model).execute(id, NEVER)).rejects.toThrow(Crash)
      world.store.restart()
    }
    await executor.execute(id, NEVER)
    expect(stored.at).toBe(T0)
    expect({ models: model.requests.length, tools: runs(), probes: probes() }).toEqual(scene.made)
    const died = scene.diedAfter !== undefined && scene.effect === 'once'
    // A call that this process knows it never made is none of unknown outcome; of a dead one's nothing is known.
    expect(await world.job(id)).toMatchObject({ status: 'canceled', unknownCalls: died ? [{ callId: 'a' }] : [] })
  })
})
