import { type AgentDefinition, defineAgent } from '#domain/agent/agent.ts'
import { DEFAULT_LIMITS } from '#domain/job/limits.ts'
import { ALONE } from '#test/support/fixtures.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import type { TestAppOptions } from '#test/support/test-app-options.ts'
import { tool } from '#test/support/tools.ts'
import { Shelf, describeOn } from '#test/support/writing.ts'
import { type ConsoleScene, consoleScene } from './console-scene.ts'

const HOUR_MS = 3_600_000

const send = tool('send', () => 'sent', { effect: 'once' })
const pay = tool('pay', () => 'paid', { effect: 'once', approval: true })
const count = tool('count', () => 1)
const broken = tool('look', () => {
  throw new Error('The shop does not answer.')
})

export interface Unhappy {
  readonly scene: ConsoleScene
  readonly id: string
  readonly page: string
}

export interface Setting {
  readonly model?: ListedModel
  readonly agent?: Partial<AgentDefinition>
  readonly order?: object
  readonly app?: TestAppOptions
  /** What happens to the job after its submission; by default it is executed once. */
  readonly then?: (job: Unhappy) => Promise<void>
}

export async function made({
  model = new ListedModel(),
  agent = {},
  order = {},
  app = {},
  then,
}: Setting): Promise<Unhappy> {
  const writer = defineAgent({ name: 'writer', instructions: '', tools: [send, pay, count, broken], ...agent })
  const scene = consoleScene([writer], model, app)
  const work = { agent: 'writer', input: { product: 'linen apron' }, ...order }
  const { id } = (await (await scene.app.post('/jobs', work)).json()) as { readonly id: string }
  const job = { scene, id, page: `/console/jobs/${id}` }
  await (then ?? executed)(job)
  return job
}

export function executed({ scene, id }: Unhappy): Promise<void> {
  return scene.app.execute(id)
}

export async function executedLater({ scene, id }: Unhappy): Promise<void> {
  await scene.app.clock.advance(25 * HOUR_MS)
  await scene.app.execute(id)
}

/** Cut off in the middle of a call that must not be made twice, and found so. */
export async function cutOff({ scene, id }: Unhappy): Promise<void> {
  await scene.app.interruptAfter(id, 'tool_call.started')
  await scene.app.execute(id)
}

/** At a model call, which has room for more deaths than a tool call. */
export async function dyingOften({ scene, id }: Unhappy): Promise<void> {
  const most = 4 * DEFAULT_LIMITS.maxStrikes
  for (let death = 1; death <= most; death++) {
    await scene.app.interruptAfter(id, 'model_call.started')
    // Its lease must be over before another attempt.
    await scene.app.clock.advance(ALONE.leaseMs)
  }
  await scene.app.execute(id)
}

export function resolved(outcome: string) {
  return async (job: Unhappy): Promise<void> => {
    await cutOff(job)
    await job.scene.app.post(`/jobs/${job.id}/calls/a/resolve`, { outcome })
    await job.scene.app.execute(job.id)
  }
}

export async function delivered({ scene, id }: Unhappy): Promise<void> {
  await scene.app.execute(id)
  for (let tries = 0; tries < 4; tries++) {
    await scene.app.deliver(id)
    await scene.app.clock.advance(24 * HOUR_MS)
  }
}

export async function outage(job: Unhappy): Promise<void> {
  await job.scene.app.execute(job.id)
  await job.scene.app.clock.advance(2 * HOUR_MS)
  await job.scene.app.execute(job.id)
}

interface Obstacle {
  /** What a person has written since the proposal. */
  readonly there?: string
  /** What the shop says to the write. */
  readonly refusal?: string
  /** How often the write is tried, at most. */
  readonly times?: number
}

/** A proposal that is approved and applied, and does not come true. */
export function writes({ there, refusal, times = 1 }: Obstacle): Setting {
  const shelf = new Shelf()
  shelf.onWrite = () => {
    if (refusal !== undefined) throw new Error(refusal)
  }
  const call = asks({ id: 'w', name: 'describe', input: { handle: 'mug', text: 'New mug.' } })
  return {
    model: new ListedModel(call, answer('Done.')),
    agent: { tools: [describeOn(shelf)], writes: 'propose' },
    then: async ({ scene: { app }, id }) => {
      await app.execute(id)
      const { proposals } = (await (await app.http.request('/proposals')).json()) as { proposals: { id: string }[] }
      if (there !== undefined) shelf.texts.set('mug', there)
      const path = `/proposals/${proposals[0]?.id ?? ''}`
      await app.post(`${path}/approve`, {})
      await app.post(`${path}/apply`, '')
      for (let tries = 0; tries < times; tries++) {
        await app.write(id)
        await app.clock.advance(HOUR_MS)
      }
    },
  }
}
