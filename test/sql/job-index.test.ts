import { expect, test } from 'vitest'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { SqlJobIndex } from '#adapters/sql/job-index.ts'
import { jobsSchema } from '#adapters/sql/jobs-table.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { entryOf } from '#ports/job-index.ts'
import { JOB_ORDERS, type JobCursor, type JobFilter, type JobOrder } from '#domain/job/filter.ts'
import { JOB_STATUSES } from '#domain/job/job.ts'
import { T0, submitted } from '#test/support/fixtures.ts'
import { NO_OPTIONS } from '#domain/job/options.ts'

const JOBS = 100

/** A hundred jobs with a tag, every fiftieth of which is in batch "rare"; a page is looked for along ten of them. */
async function manyJobs() {
  const db = new SqliteDatabase(':memory:')
  await migrate(db, jobsSchema)
  const index = new SqlJobIndex(db, { farthest: 10 })
  for (let n = 0; n < JOBS; n++) {
    const batch = n % 50 === 0 ? 'rare' : 'common'
    const options = { ...NO_OPTIONS, searchable: true as const, tags: ['all'], batch }
    const { job } = submitted({ at: T0 + Math.floor(n / 3), options })
    await index.put({ ...entryOf(job), status: n % 2 === 0 ? 'completed' : 'failed' }, [])
  }
  return { db, index }
}

interface Walk {
  readonly filter: JobFilter
  readonly order?: JobOrder
  readonly fitting: number
  readonly pages: number
}

test.each<[string, Walk]>([
  ['a tag and a batch', { filter: { tag: 'all', batch: 'rare' }, fitting: 2, pages: 10 }],
  ['a tag and a status', { filter: { tag: 'all', statuses: ['completed'] }, fitting: 50, pages: 10 }],
  [
    'several statuses and a batch',
    { filter: { statuses: ['completed', 'failed'], batch: 'rare' }, fitting: 2, pages: 1 },
  ],
  ['a living status and a tag', { filter: { tag: 'all', statuses: ['queued', 'running'] }, fitting: 0, pages: 1 }],
  ['a word that all have', { filter: { words: ['hello'] }, fitting: 100, pages: 10 }],
  ['a word that none has', { filter: { words: ['apron'] }, fitting: 0, pages: 10 }],
  // Each status is walked by itself, and together they go no farther than one.
  [
    'two statuses and a word that none has',
    { filter: { statuses: ['completed', 'failed'], words: ['apron'] }, fitting: 0, pages: 10 },
  ],
  [
    'a status and an agent that nobody has',
    { filter: { statuses: ['failed'], agent: 'nobody' }, fitting: 0, pages: 5 },
  ],
  ['a word, oldest first', { filter: { words: ['apron'] }, order: 'oldest', fitting: 0, pages: 10 }],
])(
  'a page by %s is looked for so far and no farther, and the walk meets each that fits once',
  async (_name, { filter, fitting, pages, order = 'newest' }) => {
    const { db, index } = await manyJobs()
    const met: string[] = []
    let after: JobCursor | null = null
    let walked = 0
    do {
      const page = await index.list({ tenantId: 'acme', filter, size: 3, after, order })
      met.push(...page.jobs.map(({ id }) => id))
      walked++
      after = page.next
    } while (after)
    expect(new Set(met).size).toBe(met.length)
    expect(met).toHaveLength(fitting)
    expect(walked).toBeGreaterThanOrEqual(pages)
    await db.close()
  },
)

test.each<[string, JobFilter, string]>([
  ['nothing', {}, 'jobs_by_time'],
  ['every status', { statuses: JOB_STATUSES }, 'jobs_by_time'],
  ['a status', { statuses: ['completed'] }, 'jobs_by_status'],
  ['an agent', { agent: 'writer' }, 'jobs_by_agent'],
  ['a batch and an agent', { batch: 'rare', agent: 'writer' }, 'jobs_by_batch'],
  ['a living status, an agent and a batch', { statuses: ['queued'], agent: 'writer', batch: 'rare' }, 'jobs_by_status'],
  ['a tag and an agent', { tag: 'all', agent: 'writer' }, 'job_tags'],
  ['an error and an agent', { errorCode: 'poisoned', agent: 'writer', statuses: ['failed'] }, 'jobs_by_error'],
  ['unknown calls', { hasUnknownCalls: true, statuses: ['failed', 'canceled', 'waiting'] }, 'jobs_with_unknown_calls'],
  ['approvals', { needsApproval: true, statuses: ['waiting'] }, 'jobs_that_need_approval'],
  ['callbacks', { hasFailedCallback: true, statuses: ['failed'] }, 'jobs_with_failed_callbacks'],
  ['early stops of a batch', { stopReason: 'early', batch: 'rare' }, 'jobs_that_stopped_early'],
  ['one reason', { stopReason: 'length', statuses: ['completed'] }, 'jobs_that_stopped_early'],
])('a list by %s is walked along its index, and never sorted', async (_name, filter, along) => {
  const after = { createdAt: T0 + 20, id: 'x' }
  const plans = await plansOf(async (index) => {
    for (const order of JOB_ORDERS) await index.list({ tenantId: 'acme', filter, size: 3, after, order })
  })
  const searches = plans.filter((step) => /^(SEARCH|SCAN) (jobs|job_tags)/.test(step))
  expect(searches[0]).toContain(along)
  expect(plans.filter((step) => step.includes('TEMP B-TREE') && !step.includes('ORDER BY')).length).toBe(0)
  expect(searches.every((step) => step.startsWith('SEARCH'))).toBe(true)
})

test.each<[string, JobFilter, string]>([
  ['a batch', { batch: 'rare' }, 'jobs_by_batch'],
  ['an agent', { agent: 'writer' }, 'jobs_by_agent'],
  ['a tag', { tag: 'all' }, 'job_tags'],
  ['an error', { errorCode: 'poisoned' }, 'jobs_by_error'],
  ['unknown calls', { hasUnknownCalls: true }, 'jobs_with_unknown_calls'],
  ['approvals', { needsApproval: true }, 'jobs_that_need_approval'],
  ['callbacks', { hasFailedCallback: true }, 'jobs_with_failed_callbacks'],
  ['a stop reason', { stopReason: 'length' }, 'jobs_that_stopped_early'],
])('jobs of %s are counted along its index', async (_name, filter, along) => {
  const plans = await plansOf((index) => index.count('acme', filter))
  expect(plans.find((step) => /^(SEARCH|SCAN) (jobs|job_tags)/.test(step))).toContain(along)
  const some = await plansOf((index) => index.countSome('acme', filter, 10))
  expect(some.find((step) => /^(SEARCH|SCAN) (jobs|job_tags)/.test(step))).toContain(along)
  expect(some.filter((step) => step.includes('TEMP B-TREE'))).toEqual(['USE TEMP B-TREE FOR GROUP BY'])
})

test.each<[string, JobFilter, number]>([
  ['all jobs', {}, 10],
  ['a tag', { tag: 'all' }, 10],
  ['a rare batch among the jobs of a tag', { tag: 'all', batch: 'rare' }, 0],
])('the activity of %s reads so many jobs and no more, and says since when', async (_name, filter, most) => {
  const { db, index } = await manyJobs()
  const finished =
    'UPDATE jobs SET finished_at = created_at, input_tokens = 1, cached_input_tokens = 0, output_tokens = 0'
  await db.batch([{ sql: finished, params: [] }])
  const asked = {
    tenantId: 'acme',
    filter: { ...filter, createdAfter: T0 },
    to: T0 + JOBS,
    division: { parts: 5 },
    most: 10,
  }
  const { from, ends } = await index.activity(asked)
  expect(from).toBeGreaterThan(T0)
  expect(ends.reduce((sum, { jobs }) => sum + jobs, 0)).toBeLessThanOrEqual(most)
  const plans = await plansOf((explained) => explained.activity(asked))
  expect(plans.filter((step) => /^SCAN (jobs|job_tags)/.test(step))).toEqual([])
  await db.close()
})

/** What SQLite would do. */
async function plansOf(ask: (index: SqlJobIndex) => Promise<unknown>): Promise<readonly string[]> {
  const { db } = await manyJobs()
  const plans: string[] = []
  const explaining = {
    query: async (sql: string, ...params: readonly (string | number | null)[]) => {
      plans.push(...(await db.query(`EXPLAIN QUERY PLAN ${sql}`, ...params)).map((row) => String(row['detail'])))
      return []
    },
    batch: () => Promise.resolve(true),
  }
  await ask(new SqlJobIndex(explaining))
  await db.close()
  return plans
}
