import type pg from 'pg'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Claims } from '#adapters/postgres/claims.ts'
import { JOB_WAKES } from '#adapters/sql/jobs-table.ts'
import type { Engine, Work } from '#composition/node/storage.ts'
import { NO_OPTIONS } from '#domain/job/options.ts'
import { TenantPolicies } from '#domain/tenant/policy.ts'
import { after, started, submitted } from '#test/support/fixtures.ts'
import { ROOMY } from '#test/support/tenants.ts'
import { engineOn } from './engine-work.ts'
import { type Scene, armedAt, emptyDatabase, intakeOn, openScene } from './scene.ts'

const CLAIM_MS = 10_000

let scene: Scene
let engines: Engine[]
let begun: string[]

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

/** A server whose jobs run until it stops. */
async function start(options: Parameters<typeof engineOn>[2] = {}): Promise<void> {
  const run: Work['run'] = (id, signal) => {
    begun.push(id)
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        resolve()
      })
    })
  }
  const engine = engineOn(scene, { run }, options)
  engines.push(engine)
  await engine.start()
}

const jobs = (count: number, fields: Parameters<typeof submitted>[0] = {}) =>
  Array.from({ length: count }, () => submitted({ at: scene.clock.now(), ...fields }))

async function stored(count: number): Promise<readonly ReturnType<typeof submitted>[]> {
  const all = jobs(count)
  const store = intakeOn(scene)
  await Promise.all(all.map(({ job, event }) => store.create(job, event)))
  return all
}

describe('what a tenant may have at once', () => {
  const claim = (most: number | null, kind = 'run') => {
    const now = scene.clock.now()
    const claims = new Claims(scene.pool, kind, JOB_WAKES)
    return claims.claim({ tenantId: 'acme', now, until: now + CLAIM_MS, limit: 3, most })
  }

  test('holds for servers that look at the same time, and have begun nothing yet', async () => {
    await stored(20)
    const claimed = await Promise.all(Array.from({ length: 5 }, () => claim(4)))
    expect(claimed.flat()).toHaveLength(4)
    expect(await claim(5)).toHaveLength(1)
    expect(await claim(null)).toHaveLength(3)
  })

  test('holds for single jobs and items of batches together', async () => {
    await stored(8)
    const options = { ...NO_OPTIONS, item: { batchId: 'bat_1', line: 1, round: 0 } }
    const items = jobs(8, { options })
    await Promise.all(items.map(({ job, event }) => intakeOn(scene).create(job, event)))
    expect(await claim(4)).toHaveLength(3)
    expect(await claim(4, 'item')).toHaveLength(1)
    expect(await claim(4)).toHaveLength(0)
    expect(await claim(null, 'item')).toHaveLength(3)
  })

  test('counts a job in execution once, and no claim that was given back or has ended', async () => {
    const given = await stored(8)
    const [first, second] = await claim(3)
    const begin = given.find(({ job }) => job.id === first?.id)
    if (!begin || !second) throw new Error('There are three.')
    const events = [started(scene.clock.now())]
    await intakeOn(scene).save(after(begin.state, events), events)
    expect(await claim(4)).toHaveLength(1)
    await new Claims(scene.pool, 'run', JOB_WAKES).giveBack([{ claim: second, at: second.at }])
    expect(await claim(4)).toHaveLength(1)
    await scene.clock.advance(CLAIM_MS + 1)
    expect(await claim(4)).toHaveLength(3)
  })
})

describe('a burst of jobs', () => {
  test('that is more than a server has room for is announced to the others', async () => {
    const tenants = new TenantPolicies(ROOMY, new Map([['acme', { maxConcurrentJobs: 100 }]]))
    await start({ options: { concurrency: 4, tenants } })
    // At once: they are one group of commits, and all are announced before the first look.
    await Promise.all(jobs(5).map(({ job, event }) => scene.store.create(job, event)))
    expect(scene.told).toEqual(['run'])
  })
})

describe('a job that is stored after an outage', () => {
  test('is claimed from then on, and not from before the outage', async () => {
    await start()
    const query = scene.pool.query.bind(scene.pool) as (given: pg.QueryConfig) => Promise<pg.QueryResult>
    let outages = 1
    const spied = vi.spyOn(scene.pool, 'query').mockImplementation((async (given: pg.QueryConfig) => {
      if (given.name !== 'errand_write_create' || outages-- === 0) return query(given)
      await scene.clock.advance(60_000)
      throw new Error('Connection terminated')
    }) as never)
    const { job, event } = submitted({ at: scene.clock.now() })
    await scene.store.create(job, event)
    spied.mockRestore()
    expect(begun).toEqual([job.id])
    expect(await armedAt(scene, job.id)).toBe(scene.clock.now() + CLAIM_MS)
  })
})
