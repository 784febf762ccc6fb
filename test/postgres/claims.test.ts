import type pg from 'pg'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Claims } from '#adapters/postgres/claims.ts'
import { EarlyWakes } from '#adapters/postgres/early-wakes.ts'
import { JOB_WAKES } from '#adapters/sql/jobs-table.ts'
import type { Engine, Work } from '#composition/node/storage.ts'
import type { JobEvent } from '#domain/job/event.ts'
import { nextWake } from '#domain/job/wake.ts'
import { TenantPolicies } from '#domain/tenant/policy.ts'
import { eventually } from '#test/support/eventually.ts'
import { TILL, after, started, submitted } from '#test/support/fixtures.ts'
import { ROOMY } from '#test/support/tenants.ts'
import { engineOn } from './engine-work.ts'
import { type Scene, armedAt, emptyDatabase, intakeOn, openScene } from './scene.ts'

const CLAIM_MS = 10_000

let scene: Scene
let engines: Engine[]
/** What was begun, and when by the manual clock. */
let begun: { readonly id: string; readonly at: number }[]

beforeEach(async () => {
  scene = await openScene(await emptyDatabase())
  engines = []
  begun = []
})

afterEach(async () => {
  const drained = Promise.all(engines.map((engine) => engine.drain(0)))
  await scene.clock.advance(0)
  await drained
  await scene.close()
})

async function start(
  run: Work['run'],
  more: Parameters<typeof engineOn>[2] & { work?: Partial<Work> } = {},
): Promise<Engine> {
  const noted: Work['run'] = (id, signal) => {
    begun.push({ id, at: scene.clock.now() })
    return run(id, signal)
  }
  const engine = engineOn(scene, { ...more.work, run: noted }, more)
  engines.push(engine)
  await engine.start()
  return engine
}

async function stored(count = 1): Promise<readonly ReturnType<typeof submitted>[]> {
  const jobs = Array.from({ length: count }, () => submitted({ at: scene.clock.now() }))
  const store = intakeOn(scene)
  await Promise.all(jobs.map(({ job, event }) => store.create(job, event)))
  return jobs
}

/** An attempt that has failed for now. */
function waiting(until: number): readonly JobEvent[] {
  const at = scene.clock.now()
  return [
    started(at),
    { type: 'job.waiting', at, wait: { reason: 'retry', until, error: { code: 'model_failed', message: '' } } },
  ]
}

/** As a process does that dies right after it. */
async function claimAndDie(): Promise<void> {
  const now = scene.clock.now()
  const claims = new Claims(scene.pool, { kind: 'run' }, JOB_WAKES)
  expect(await claims.claim({ tenantId: 'acme', now, until: now + CLAIM_MS, limit: 100, most: null })).toHaveLength(1)
}

/** Time goes on until `check` holds, with time for the database between its steps. */
async function goOnUntil(check: () => boolean): Promise<void> {
  for (let step = 0; step < 3000 && !check(); step++) {
    await scene.clock.advance(250)
    for (let n = 0; n < 10; n++) await scene.pool.query('SELECT 1')
  }
  expect(check()).toBe(true)
}

const nothing = (): Promise<void> => Promise.resolve()
const held: Work['run'] = (_id, signal) =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      resolve()
    })
  })

describe('a claimed job', () => {
  test('whose process died is begun by another when the claim has ended, and not before', async () => {
    await start(nothing)
    const [given] = await stored()
    const claimedAt = scene.clock.now()
    await claimAndDie()
    await goOnUntil(() => begun.length > 0)
    expect(begun[0]?.id).toBe(given?.job.id)
    expect(begun[0]?.at).toBeGreaterThanOrEqual(claimedAt + CLAIM_MS)
  })

  test('whose process died is begun at once by a server that starts', async () => {
    await stored()
    await claimAndDie()
    const at = scene.clock.now()
    await start(nothing)
    await eventually(() => {
      expect(begun.map((one) => one.at)).toEqual([at])
    })
  })

  test('is begun by one of two servers, however many look at once', async () => {
    // More places than jobs for each: all are begun before a claim ends.
    const options = { concurrency: 250 }
    await Promise.all([start(nothing, { options }), start(nothing, { options })])
    const jobs = await stored(200)
    await goOnUntil(() => new Set(begun.map(({ id }) => id)).size === jobs.length)
    expect(begun).toHaveLength(jobs.length)
  })

  test('that was not finished is given back by a server that stops: others find it due', async () => {
    const [given] = await stored()
    const engine = await start(held)
    await eventually(() => {
      expect(begun).toHaveLength(1)
    })
    expect(await armedAt(scene, given?.job.id ?? '')).toBeGreaterThan(scene.clock.now())
    const drained = engine.drain(0)
    await scene.clock.advance(0)
    await drained
    expect(await armedAt(scene, given?.job.id ?? '')).toBe(given?.event.at)
  })

  test('that fails rests, each time for longer', async () => {
    await stored()
    await start(() => Promise.reject(new Error('It cannot be done.')))
    await goOnUntil(() => begun.length === 4)
    const rests = begun.slice(1).map(({ at }, index) => at - (begun[index]?.at ?? 0))
    for (const [index, least] of [1000, 2000, 4000].entries()) expect(rests[index]).toBeGreaterThanOrEqual(least)
  })

  test('that is canceled meanwhile stays as it was written', async () => {
    const [given] = await stored()
    if (!given) throw new Error('There is one.')
    const failing = Promise.withResolvers<undefined>()
    await start(() => failing.promise.then(() => Promise.reject(new Error('It was overtaken.'))))
    await eventually(() => {
      expect(begun).toHaveLength(1)
    })
    const at = scene.clock.now()
    const canceled = [
      { type: 'job.cancel_requested', at, by: TILL },
      { type: 'job.canceled', at },
    ] as const
    const state = after(given.state, canceled)
    await intakeOn(scene).save(state, canceled)
    failing.resolve(undefined)
    await scene.clock.advance(0)
    await engines[0]?.drain(0)
    expect(await armedAt(scene, given.job.id)).toBe(nextWake(state.job).at)
  })

  test('that turns out not to be due gets its time back', async () => {
    const [given] = await stored()
    if (!given) throw new Error('There is one.')
    const until = scene.clock.now() + 5000
    const waits = waiting(until)
    const { job } = after(given.state, waits)
    await intakeOn(scene).save(after(given.state, waits), waits)
    const waker = new EarlyWakes()
    // A server that starts cannot tell it from a claim.
    await start(() => waker.wakeAt(job, nextWake(job)), { waker })
    await eventually(async () => {
      expect(begun).toHaveLength(1)
      expect(await armedAt(scene, job.id)).toBe(until)
    })
  })
})

describe('a server that hears of nothing', () => {
  test('begins a job at the very time that it has seen when it looked', async () => {
    const [given] = await stored()
    if (!given) throw new Error('There is one.')
    const until = scene.clock.now() + 15_000
    const waits = waiting(until)
    await intakeOn(scene).save(after(given.state, waits), waits)
    await start(nothing)
    await goOnUntil(() => begun.length > 0)
    expect(begun[0]?.at).toBeGreaterThanOrEqual(until)
    expect(begun[0]?.at).toBeLessThan(until + 5000)
  })

  test('finds what others have stored and nobody has begun', async () => {
    await start(nothing)
    // Time enough for its first look.
    for (let n = 0; n < 300; n++) await scene.pool.query('SELECT 1')
    await stored(3)
    await goOnUntil(() => begun.length === 3)
  })
})

describe('a job whose executor is gone', () => {
  const lapsed = async (): Promise<string> => {
    const [given] = await stored()
    if (!given) throw new Error('There is one.')
    const events = [started(scene.clock.now())]
    await intakeOn(scene).save(after(given.state, events), events)
    return given.job.id
  }

  test('and that cannot be read here is not tried with each look', async () => {
    const id = await lapsed()
    const observeLeases = (): ReadonlySet<string> => new Set([id])
    const begin = scene.clock.now()
    await start(() => Promise.reject(new Error('A newer release has written it.')), { work: { observeLeases } })
    await goOnUntil(() => scene.clock.now() - begin > 120_000)
    expect(begun.length).toBeGreaterThan(2)
    // Rests of 1, 2, 4, … s, where leases are looked at every 2 s.
    expect(begun.length).toBeLessThan(10)
  })

  test('is taken over though it counts for all that its tenant may have at once', async () => {
    const id = await lapsed()
    const tenants = new TenantPolicies(ROOMY, new Map([['acme', { maxConcurrentJobs: 1 }]]))
    await start(nothing, { work: { observeLeases: () => new Set([id]) }, options: { tenants } })
    await goOnUntil(() => begun.length > 0)
    expect(begun[0]?.id).toBe(id)
  })
})

describe('what a job costs', () => {
  test('a submission where there is room begins the job with its own commit: no look, no claim, no second read', async () => {
    const texts: string[] = []
    const read: unknown[] = []
    await start(async (id) => void read.push(await scene.store.load(id)))
    const { job, event } = submitted({ at: scene.clock.now() })
    const query = scene.pool.query.bind(scene.pool) as (given: pg.QueryConfig) => Promise<pg.QueryResult>
    const spied = vi.spyOn(scene.pool, 'query').mockImplementation(((given: pg.QueryConfig) => {
      texts.push(given.name ?? given.text)
      return query(given)
    }) as never)
    await scene.store.create(job, event)
    await eventually(() => {
      expect(begun.map(({ id }) => id)).toEqual([job.id])
    })
    spied.mockRestore()
    expect(texts).toEqual(['errand_write_create'])
    expect(read).toMatchObject([{ job: { id: job.id, status: 'queued' } }])
    expect(await armedAt(scene, job.id)).toBe(scene.clock.now() + CLAIM_MS)
  })
})
