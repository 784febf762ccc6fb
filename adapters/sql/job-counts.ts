import type { JobFilter } from '#domain/job/filter.ts'
import { JOB_STATUSES } from '#domain/job/job.ts'
import type { JobCounts, SomeJobs } from '#ports/job-index.ts'
import { type SqlDatabase, type SqlRow, numberAt, textAt } from './database.ts'
import { isLedByStatus, selectJobs } from './job-selection.ts'

/** Not the bare column: an index in its order would be taken for the better way, through all that is stored. */
const STATUS = "COALESCE(jobs.status, '')"

export interface CountedJobs {
  readonly tenantId: string
  readonly filter: JobFilter
}

export async function countAll(db: SqlDatabase, { tenantId, filter }: CountedJobs): Promise<JobCounts> {
  const { from, where, params } = selectJobs(tenantId, filter)
  const sql = `SELECT ${STATUS} AS status, COUNT(*) AS n FROM ${from} WHERE ${where} GROUP BY ${STATUS}`
  return countsIn(await db.query(sql, ...params))
}

/** Along each index that a list by the filter walks, the newest `most` jobs. */
export async function countSome(
  db: SqlDatabase,
  { tenantId, filter, most }: CountedJobs & { readonly most: number },
): Promise<SomeJobs> {
  const { statuses = [] } = filter
  const filters = isLedByStatus(filter) ? statuses.map((status) => ({ ...filter, statuses: [status] })) : [filter]
  const walks = await Promise.all(
    filters.map((one) => {
      const { from, way, rest, time, id, ...all } = selectJobs(tenantId, one)
      const { where, params } = way ?? all
      const status = rest ? `CASE WHEN ${rest.where} THEN ${STATUS} ELSE '' END` : STATUS
      const found = `SELECT ${status} AS status FROM ${from} WHERE ${where} ORDER BY ${time} DESC, ${id} DESC LIMIT ?`
      const sql = `SELECT status, COUNT(*) AS n FROM (${found}) AS walk GROUP BY status`
      // One more than is counted shows that there are more.
      return db.query(sql, ...(rest?.params ?? []), ...params, most + 1)
    }),
  )
  const isWhole = walks.every((rows) => rows.reduce((sum, row) => sum + numberAt(row, 'n'), 0) <= most)
  return { counts: countsIn(walks.flat()), isWhole }
}

function countsIn(rows: readonly SqlRow[]): JobCounts {
  const of = (status: string): number =>
    rows.reduce((sum, row) => (textAt(row, 'status') === status ? sum + numberAt(row, 'n') : sum), 0)
  return Object.fromEntries(JOB_STATUSES.map((status) => [status, of(status)])) as JobCounts
}
