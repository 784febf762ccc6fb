import { afterAll, expect, test } from 'vitest'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { SqlJobIndex } from '#adapters/sql/job-index.ts'
import { jobsSchema } from '#adapters/sql/jobs-table.ts'
import { migrate } from '#adapters/sql/schema.ts'
import type { JobCursor, JobFilter, JobOrder } from '#domain/job/filter.ts'
import { entryOf } from '#ports/job-index.ts'
import { T0, after, started, submitted } from '#test/support/fixtures.ts'

const JOBS = 12
const databases: SqliteDatabase[] = []
afterAll(() => Promise.all(databases.map((db) => db.close())))

const idOf = (n: number): string => `job_${String(n).padStart(2, '0')}`

/** Jobs of an agent each, of which every third is running; a page looks at three of each status at most. */
async function shortSighted(createdAt: (n: number) => number): Promise<SqlJobIndex> {
  const db = new SqliteDatabase(':memory:')
  databases.push(db)
  await migrate(db, jobsSchema)
  const index = new SqlJobIndex(db, { farthest: 6 })
  for (let n = 0; n < JOBS; n++) {
    const { job, state } = submitted({ jobId: idOf(n), at: createdAt(n), agent: `agent-${String(n)}` })
    await index.put(entryOf(n % 3 === 0 ? after(state, [started(T0 + 99)]).job : job), [])
  }
  return index
}

async function found(index: SqlJobIndex, filter: JobFilter, order: JobOrder): Promise<readonly string[]> {
  const ids: string[] = []
  let cursor: JobCursor | null = null
  do {
    const page = await index.list({ tenantId: 'acme', filter, size: 5, after: cursor, order })
    ids.push(...page.jobs.map(({ id }) => id))
    cursor = page.next
  } while (cursor !== null)
  return ids
}

test.each([
  { order: 'newest', when: 'one after the other', createdAt: (n: number) => T0 + n },
  { order: 'oldest', when: 'one after the other', createdAt: (n: number) => T0 + n },
  { order: 'newest', when: 'at the same time', createdAt: () => T0 },
  { order: 'oldest', when: 'at the same time', createdAt: () => T0 },
] as const)('no job is lost where pages end, $order first, of jobs made $when', async ({ order, createdAt }) => {
  const index = await shortSighted(createdAt)
  const statuses = ['queued', 'running'] as const
  for (let n = 0; n < JOBS; n++)
    expect(await found(index, { statuses, agent: `agent-${String(n)}` }, order)).toEqual([idOf(n)])
  const all = Array.from({ length: JOBS }, (_, n) => idOf(n))
  expect(await found(index, { statuses }, order)).toEqual(order === 'newest' ? all.toReversed() : all)
})
