import { reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { D1SqlDatabase } from '#adapters/cloudflare/d1-database.ts'
import { GROUP, MOST_JOBS, sweepJobs } from '#adapters/cloudflare/job-sweep.ts'
import type { JobStub } from '#adapters/cloudflare/job-stub.ts'
import { OverdueJobs } from '#adapters/cloudflare/overdue-jobs.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { jobsSchema } from '#adapters/sql/jobs-table.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { WAKE_KINDS, type WakeKind } from '#domain/job/wake.ts'
import { T0 } from '#test/support/fixtures.ts'
import { silentLogger } from '#test/support/silent-logger.ts'
import { countedD1 } from './counted-d1.ts'

const MINUTE = 60_000

beforeEach(async () => {
  await migrate(new D1SqlDatabase(env.JOB_INDEX), jobsSchema)
  await env.JOB_INDEX.prepare('DELETE FROM jobs').run()
})

afterAll(() => reset())

/** So many jobs of one tenant whose alarm was lost an hour ago and longer. */
async function overdue(count: number, tenantId: string, kind: WakeKind = 'run'): Promise<void> {
  const sql = `
    WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ?)
    INSERT INTO jobs (id, tenant_id, status, agent, created_at, updated_at, wake_at, wake_kind, version, tags, metadata)
    SELECT 'job_' || ? || '_' || ? || '_' || n, ?, 'queued', 'writer', 0, 0, ? - n, ?, 1, '[]', '{}' FROM n`
  await env.JOB_INDEX.prepare(sql)
    .bind(count, tenantId, kind, tenantId, T0 - 60 * MINUTE, kind)
    .run()
}

interface Behaviour {
  /** Ids that cannot be looked after. */
  readonly failing?: (jobId: string) => boolean
  /** Objects that answer nothing but an error. */
  readonly broken?: (jobId: string) => boolean
  /** How long a group takes. */
  readonly groupMs?: number
}

/** A sweep over D1 and objects that note what they are asked for. */
function sweeping({ failing = () => false, broken = () => false, groupMs = 0 }: Behaviour = {}) {
  const clock = new ManualClock(T0)
  const d1 = countedD1(env.JOB_INDEX)
  const looked: string[] = []
  const calls: number[] = []
  const getByName = (name: string): JobStub => {
    const lookAfterAll = async (jobIds: readonly string[]): Promise<readonly string[]> => {
      calls.push(jobIds.length)
      if (broken(name)) throw new Error('Durable Object reset because its code was updated.')
      looked.push(...jobIds)
      if (groupMs > 0) await clock.advance(groupMs)
      return jobIds.filter(failing)
    }
    return { lookAfterAll } as unknown as JobStub
  }
  const overdueJobs = new OverdueJobs(new D1SqlDatabase(d1.db))
  const sweep = () => sweepJobs({ overdue: overdueJobs, jobs: { getByName }, clock, logger: silentLogger })
  return { clock, d1, looked, calls, sweep }
}

describe('the sweep of jobs', () => {
  test('looks after a minute of 150 000 lost alarms an hour, within what one invocation may ask for', async () => {
    await overdue(4000, 'flood')
    const { sweep, looked, calls, d1 } = sweeping()
    await sweep()
    expect(looked.length).toBeGreaterThanOrEqual(150_000 / 60)
    expect(looked.length).toBe(MOST_JOBS)
    expect(Math.max(...calls)).toBeLessThanOrEqual(GROUP)
    expect(calls.length).toBeLessThanOrEqual(60)
    // Four times which tenants, and once for every 300 jobs.
    expect(d1.counts.queries).toBeLessThanOrEqual(WAKE_KINDS.length + Math.ceil(MOST_JOBS / 300))
    // Of each job its row and the entry in the index of turns, before and after.
    expect(d1.counts.rowsWritten).toBeLessThanOrEqual(MOST_JOBS * 2)
    await sweep()
    expect(new Set(looked).size).toBe(4000)
    expect(looked.length).toBe(4000)
  })

  test('gives each tenant and each kind of wake its part, and the rest to who has more', async () => {
    await overdue(4000, 'flood', 'expire')
    await overdue(500, 'flood', 'run')
    await overdue(2, 'quick', 'deliver')
    await overdue(1, 'quick', 'expire')
    const { sweep, looked } = sweeping()
    await sweep()
    const quick = ['job_quick_deliver_1', 'job_quick_deliver_2', 'job_quick_expire_1']
    expect(looked.slice(0, 300)).toEqual(expect.arrayContaining(quick))
    expect(looked.filter((id) => id.startsWith('job_flood_run'))).toHaveLength(500)
    expect(looked.length).toBeGreaterThanOrEqual(MOST_JOBS)
  })

  test('takes the jobs of one tenant whose time passed longest ago first, and none before it counts as lost', async () => {
    await overdue(3, 'acme')
    await overdue(5, 'beta')
    const jobs = new OverdueJobs(new D1SqlDatabase(env.JOB_INDEX))
    const lane = { kind: 'run', tenantId: 'acme' } as const
    const claim = { before: T0, until: T0 + MINUTE, most: 2 }
    expect((await jobs.claim(lane, claim)).toSorted()).toEqual(['job_acme_run_2', 'job_acme_run_3'])
    await env.JOB_INDEX.prepare('UPDATE jobs SET wake_at = ?')
      .bind(T0 - MINUTE + 1)
      .run()
    const { sweep, looked, clock } = sweeping()
    await sweep()
    expect(looked).toEqual([])
    await clock.advance(1)
    await sweep()
    expect(looked).toHaveLength(8)
  })

  test('comes to every one of more tenants than one sweep has turns for', async () => {
    for (let n = 0; n < 70; n++) await overdue(1, `t${String(n)}`)
    const { sweep, looked, clock } = sweeping()
    for (let minute = 0; minute < 3; minute++) {
      await sweep()
      await clock.advance(MINUTE)
    }
    expect(new Set(looked).size).toBe(70)
  })

  test('puts jobs that stay overdue for ever, or cannot be looked after, behind the others', async () => {
    await overdue(MOST_JOBS + 10, 'poison')
    const { sweep, looked, clock } = sweeping({ failing: (id) => id.endsWith('7') })
    await sweep()
    const first = new Set(looked.splice(0))
    await clock.advance(MINUTE)
    await sweep()
    expect(looked).toHaveLength(10)
    expect(looked.some((id) => first.has(id))).toBe(false)
    // Those that are still overdue come again, and those that failed much later.
    looked.length = 0
    await clock.advance(11 * MINUTE)
    await sweep()
    expect(looked.length).toBeGreaterThan(2000)
    expect(looked.some((id) => id.endsWith('7'))).toBe(false)
  })

  test('ends in time, and the next one goes on behind it', async () => {
    await overdue(2000, 'slow')
    const { sweep, looked } = sweeping({ groupMs: 4000 })
    await sweep()
    const done = looked.length
    expect(done).toBeLessThan(2000)
    await sweep()
    expect(looked.length).toBeGreaterThan(done)
    expect(new Set(looked).size).toBe(looked.length)
  })

  test('has a group looked after by another object where the first one is broken', async () => {
    await overdue(GROUP, 'acme')
    let first = ''
    const { sweep, looked, calls } = sweeping({ broken: (id) => id === (first ||= id) })
    await sweep()
    expect(calls).toEqual([50, 49])
    expect(looked).toHaveLength(49)
    const row = env.JOB_INDEX.prepare('SELECT wake_at FROM jobs WHERE id = ?').bind(first)
    expect(await row.first()).toEqual({ wake_at: T0 + 60 * MINUTE })
  })
})
