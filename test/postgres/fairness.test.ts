import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Engine } from '#composition/node/storage.ts'
import { TenantPolicies } from '#domain/tenant/policy.ts'
import { eventually } from '#test/support/eventually.ts'
import { after, started, submitted } from '#test/support/fixtures.ts'
import { ROOMY } from '#test/support/tenants.ts'
import { engineOn } from './engine-work.ts'
import { type Scene, emptyDatabase, openScene } from './scene.ts'

let scene: Scene
let begun: string[]
let endings: Map<string, () => void>
let engines: Engine[]

beforeEach(async () => {
  scene = await openScene(await emptyDatabase())
  begun = []
  endings = new Map()
  engines = []
})

afterEach(async () => {
  const drained = Promise.all(engines.map((engine) => engine.drain(0)))
  await scene.clock.advance(0)
  await drained
  await scene.close()
})

/** A server whose jobs run until the test ends them. */
function server({ concurrency = 4, own = {}, known = [] as readonly string[] } = {}): Engine {
  const { clock, store } = scene
  const run = async (jobId: string, signal: AbortSignal): Promise<void> => {
    const state = await store.load(jobId)
    if (!state) throw new Error('The job is lost.')
    const event = { ...started(clock.now()), executorId: 'exec_test' }
    await store.save(after(state, [event]), [event])
    begun.push(jobId)
    const ending = Promise.withResolvers<undefined>()
    const end = (): void => {
      ending.resolve(undefined)
    }
    endings.set(jobId, end)
    signal.addEventListener('abort', end)
    if (signal.aborted) end()
    await ending.promise
    const running = await store.load(jobId)
    const failed = { type: 'job.failed', at: clock.now(), error: { code: 'model_failed', message: 'No.' } } as const
    if (running && !signal.aborted) await store.save(after(running, [failed]), [failed])
  }
  const tenants = new TenantPolicies(ROOMY, new Map(Object.entries(own)))
  const engine = engineOn(
    scene,
    { run },
    { options: { concurrency, tenants, knownTenants: () => Promise.resolve(known) } },
  )
  engines.push(engine)
  return engine
}

async function submit(count: number, tenantId: string): Promise<readonly string[]> {
  const jobs = Array.from({ length: count }, (_, n) => submitted({ at: scene.clock.now() - count + n, tenantId }))
  await Promise.all(jobs.map(({ job, event }) => scene.store.create(job, event)))
  return jobs.map(({ job }) => job.id)
}

const count = (least: number) =>
  eventually(async () => {
    // A look that was under way may have set a timer for what is due by now.
    await scene.clock.advance(0)
    expect(begun.length).toBeGreaterThanOrEqual(least)
  })

describe('servers on one Postgres', () => {
  test('begin the one job of another tenant next, behind a thousand slow ones', async () => {
    await submit(1000, 'flood')
    const engine = server()
    await engine.start()
    await count(4)
    const [quick = ''] = await submit(1, 'quick')
    endings.get(begun[0] ?? '')?.()
    await count(5)
    expect(begun[4]).toBe(quick)
  })

  test('find by looking what no notice told of, and have kept a place for it', async () => {
    await submit(1000, 'flood')
    const engine = server({ known: ['flood', 'quick'] })
    await engine.start()
    await count(3)
    const [quick = ''] = await submit(1, 'quick')
    // Time enough for the looks that are under way.
    for (let n = 0; n < 300; n++) await scene.pool.query('SELECT 1')
    await scene.clock.advance(10_000)
    await count(4)
    expect(begun[3]).toBe(quick)
  })

  test('hold a tenant together to what it may have at once', async () => {
    const own = { held: { maxConcurrentJobs: 2 } }
    const [one, other] = [server({ own }), server({ own })]
    await submit(20, 'held')
    await one.start()
    await count(2)
    await other.start()
    const [free = ''] = await submit(1, 'free')
    // Time enough for the looks that are under way.
    for (let n = 0; n < 300; n++) await scene.pool.query('SELECT 1')
    await scene.clock.advance(10_000)
    await count(3)
    expect(begun[2]).toBe(free)
    expect(begun).toHaveLength(3)
    endings.get(begun[0] ?? '')?.()
    await count(4)
  })
})
