import type pg from 'pg'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { claimStatements } from '#adapters/postgres/claim-statements.ts'
import { Claims } from '#adapters/postgres/claims.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { JOB_WAKES } from '#adapters/sql/jobs-table.ts'
import type { Engine, Work } from '#composition/node/storage.ts'
import { NO_OPTIONS } from '#domain/job/options.ts'
import { TenantPolicies } from '#domain/tenant/policy.ts'
import { eventually } from '#test/support/eventually.ts'
import { T0, after, started, submitted } from '#test/support/fixtures.ts'
import { ROOMY } from '#test/support/tenants.ts'
import { engineOn } from './engine-work.ts'
import { type Scene, armedAt, emptyDatabase, intakeOn, openScene } from './scene.ts'

const CLAIM_MS = 10_000
const failed = { type: 'job.failed', at: T0, error: { code: 'model_failed', message: 'No.' } } as const

let scene: Scene
let engines: Engine[]
let begun: string[]
/** Each ends a job that has begun. */
let ends: Map<string, () => void>

beforeEach(async () => {
  scene = await openScene(await emptyDatabase())
  engines = []
  begun = []
  ends = new Map()
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
      ends.set(id, resolve)
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
    const claims = new Claims(scene.pool, { kind }, JOB_WAKES)
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
    await new Claims(scene.pool, { kind: 'run' }, JOB_WAKES).giveBack([{ claim: second, at: second.at }])
    expect(await claim(4)).toHaveLength(1)
    await scene.clock.advance(CLAIM_MS + 1)
    expect(await claim(4)).toHaveLength(3)
  })
})

describe('what an agent may have at once', () => {
  const agents = { only: 'slow', most: 3 } as const
  const claim = ({ kind = 'run', tenantId = 'acme', most = null as number | null, limit = 2 } = {}) => {
    const now = scene.clock.now()
    return new Claims(scene.pool, { kind, agents }, JOB_WAKES).claim({
      tenantId,
      now,
      until: now + CLAIM_MS,
      limit,
      most,
    })
  }
  const storedOf = async (agent: string, fields: Parameters<typeof submitted>[0] = {}, count = 6) => {
    const all = jobs(count, { agent, ...fields })
    await Promise.all(all.map(({ job, event }) => intakeOn(scene).create(job, event)))
    return all
  }
  const item = { options: { ...NO_OPTIONS, item: { batchId: 'bat_1', line: 1, round: 0 } } }

  test('holds for servers that look at the same time, of any tenant, with the limit of each tenant', async () => {
    await storedOf('slow')
    await storedOf('slow', { tenantId: 'beta' })
    await storedOf('slow', { tenantId: 'beta', ...item })
    await storedOf('writer')
    const tenants = ['acme', 'beta', 'acme', 'beta', 'acme']
    const claimed = await Promise.all(tenants.map((tenantId) => claim({ tenantId, most: 2 })))
    expect(claimed.flat()).toHaveLength(3)
    expect(await claim({ kind: 'item', tenantId: 'beta' })).toEqual([])
    await scene.clock.advance(CLAIM_MS + 1)
    expect(await claim({ kind: 'item', tenantId: 'beta' })).toHaveLength(2)
    expect(await claim({ most: 1 })).toHaveLength(1)
  })

  test('counts a job in execution once, and not those of other agents', async () => {
    const given = await storedOf('slow')
    const [first] = await claim()
    const begin = given.find(({ job }) => job.id === first?.id)
    if (!begin) throw new Error('There is one.')
    const events = [started(scene.clock.now())]
    await intakeOn(scene).save(after(begin.state, events), events)
    for (const { state } of await storedOf('writer')) await intakeOn(scene).save(after(state, events), events)
    expect(await claim()).toHaveLength(1)
    expect(await claim()).toHaveLength(0)
  })

  test('keeps no other agent waiting: their jobs are claimed past its backlog, longest due first', async () => {
    await storedOf('slow', {}, 20)
    const at = scene.clock.now()
    const late = await storedOf('able', { at: at - 10 }, 2)
    const early = await storedOf('writer', { at: at - 20 }, 2)
    const others = new Claims(scene.pool, { kind: 'run', agents: { except: ['slow'] } }, JOB_WAKES)
    const query = { tenantId: 'acme', now: at, until: at + CLAIM_MS, most: null }
    expect(await others.tenants(at)).toEqual([{ tenantId: 'acme', isDue: true, nextAt: null }])
    const ids = (all: readonly { readonly id: string }[]) => all.map(({ id }) => id).sort()
    const claimed = await others.claim({ ...query, limit: 3 })
    expect(ids(claimed.slice(0, 2))).toEqual(ids(early.map(({ job }) => job)))
    const rest = await others.claim({ ...query, limit: 9, most: 4 })
    expect(ids([...claimed.slice(2), ...rest])).toEqual(ids(late.map(({ job }) => job)))
    expect(await others.tenants(at)).toEqual([{ tenantId: 'acme', isDue: false, nextAt: at + CLAIM_MS }])
    const slow = new Claims(scene.pool, { kind: 'run', agents }, JOB_WAKES)
    expect(await slow.tenants(at)).toEqual([{ tenantId: 'acme', isDue: true, nextAt: null }])
  })

  test.each([
    ['three agents', ['able', 'baker', 'writer']],
    ['one agent', ['writer']],
  ])('a claim that is under way keeps no other server from the rest, of %s', async (_, names) => {
    for (const agent of names) await storedOf(agent, {}, 15 / names.length)
    const now = scene.clock.now()
    const { claim: claimOthers } = claimStatements(JOB_WAKES, { except: ['slow'] })
    const take = { ...claimOthers, values: ['run', 'acme', now, now + CLAIM_MS, 5, ['slow']] }
    await inTransaction(scene.pool, async (client) => {
      const own = await client.query<{ id: string }>(take)
      const other = await scene.pool.query<{ id: string }>(take)
      expect(own.rows).toHaveLength(5)
      expect(new Set([...own.rows, ...other.rows].map(({ id }) => id)).size).toBe(10)
      return true
    })
    expect((await scene.pool.query(take)).rows).toHaveLength(5)
  })

  const haveBegun = (count: number) =>
    eventually(() => {
      expect(begun).toHaveLength(count)
      return Promise.resolve()
    })

  test('is kept by two servers, and takes no place of other agents', async () => {
    const options = { agents: [{ name: 'slow', maxConcurrency: 3 }] }
    await storedOf('slow', {}, 4)
    await storedOf('slow', { tenantId: 'beta' }, 4)
    await start({ options })
    await start({ options })
    await haveBegun(3)
    const others = await storedOf('writer', {}, 4)
    scene.workers.announce(others.map(({ job }) => ({ ...job, kind: 'run', at: 0 })))
    await haveBegun(3 + 4)
  })

  test('goes on with what another server could not begin, as soon as a job of the agent ends', async () => {
    const [first] = await storedOf('slow', {}, 3)
    await start({ options: { agents: [{ name: 'slow', maxConcurrency: 3 }] } })
    await haveBegun(3)
    await storedOf('slow', { tenantId: 'beta' }, 1)
    if (!first) throw new Error('There are three.')
    const events = [started(scene.clock.now()), failed]
    await intakeOn(scene).save(after(first.state, events), events)
    ends.get(first.job.id)?.()
    await haveBegun(4)
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
