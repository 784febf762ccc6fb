import { JOB_STATUSES, type JobStatus } from '#domain/job/job.ts'
import type { JobCursor, JobFilter, JobOrder } from '#domain/job/filter.ts'
import type {
  ActivityQuery,
  JobActivity,
  JobCounts,
  JobEntry,
  JobIndex,
  JobIndexWriter,
  JobListQuery,
  JobPage,
  SomeJobs,
} from '#ports/job-index.ts'
import type { UsageEntry } from '#ports/usage-ledger.ts'
import { type SqlDatabase, type SqlRow, numberAt, textAt } from './database.ts'
import { readActivity } from './job-activity.ts'
import { entryIn } from './job-columns.ts'
import { countAll, countSome } from './job-counts.ts'
import { type Selection, selectJobs } from './job-selection.ts'
import { JOB_COLUMNS, deleteJob, putJob } from './jobs-table.ts'
import { addToUsage } from './usage-table.ts'

/** How far along its indexes one page may be looked for in all, where not every job on the way fits. */
const FARTHEST = 5000

export class SqlJobIndex implements JobIndex, JobIndexWriter {
  readonly #db: SqlDatabase
  readonly #farthest: number

  constructor(db: SqlDatabase, { farthest = FARTHEST }: { readonly farthest?: number } = {}) {
    this.#db = db
    this.#farthest = farthest
  }

  async list({ tenantId, filter, size, after, order = 'newest' }: JobListQuery): Promise<JobPage> {
    const { statuses: wanted = [], ...rest } = filter
    // In one order and each once, so that the same filter is the same statement.
    const statuses = inOrder(wanted)
    // Each status by itself is a walk along one index that stops after a page; several at once would be a sort of them all.
    const isByStatus = statuses.length > 0 && !isRare(rest)
    const filters: readonly JobFilter[] = isByStatus
      ? statuses.map((status) => ({ ...rest, statuses: [status] }))
      : [{ ...rest, statuses }]
    const parts = filters.map((one) => selectJobs(tenantId, one, { after, order }))
    const edge = await this.#edge(parts, order)
    // One more than requested shows whether there is a next page.
    const jobs = await this.#walk(parts, { edge, order, most: size + 1 })
    const last = jobs.at(size - 1)
    if (jobs.length > size && last)
      return { jobs: jobs.slice(0, size), next: { createdAt: last.createdAt, id: last.id } }
    return { jobs, next: edge }
  }

  /** Where to stop for now: the walk that is the first to have gone its share of the way says so. */
  async #edge(parts: readonly Selection[], order: JobOrder): Promise<JobCursor | null> {
    const farthest = Math.floor(this.#farthest / parts.length)
    const looks = parts.flatMap(({ way, time, id }) => {
      if (!way) return []
      const found = `SELECT ${time} AS created_at, ${id} AS id FROM ${way.from} WHERE ${way.where}`
      return [this.#db.query(`${found} ${inOrderOf({ time, id }, order)} LIMIT 1 OFFSET ?`, ...way.params, farthest)]
    })
    const edges = (await Promise.all(looks)).flat().map(placeIn)
    return edges.reduce<JobCursor | null>((first, edge) => (first && isBefore(first, edge, order) ? first : edge), null)
  }

  async #walk(
    parts: readonly Selection[],
    { edge, order, most }: { readonly edge: JobCursor | null; readonly order: JobOrder; readonly most: number },
  ): Promise<readonly JobEntry[]> {
    const walks = parts.map(({ from, where, time, id }, index) => {
      const near = edge ? ` AND (${time}, ${id}) ${order === 'newest' ? '>=' : '<='} (?, ?)` : ''
      const found = `SELECT ${JOB_COLUMNS} FROM ${from} WHERE ${where}${near} ${inOrderOf({ time, id }, order)} LIMIT ?`
      return `SELECT * FROM (${found}) AS walk_${String(index)}`
    })
    const place = edge ? [edge.createdAt, edge.id] : []
    const params = parts.flatMap((part) => [...part.params, ...place, most])
    const sql = `${walks.join(' UNION ALL ')} ${inOrderOf({ time: 'created_at', id: 'id' }, order)} LIMIT ?`
    return (await this.#db.query(sql, ...params, most)).map(entryIn)
  }

  count(tenantId: string, filter: JobFilter): Promise<JobCounts> {
    return countAll(this.#db, { tenantId, filter: ordered(filter) })
  }

  countSome(tenantId: string, filter: JobFilter, most: number): Promise<SomeJobs> {
    return countSome(this.#db, { tenantId, filter: ordered(filter), most })
  }

  activity(query: ActivityQuery): Promise<JobActivity> {
    return readActivity(this.#db, query)
  }

  async unfinished(tenantId: string, most: number): Promise<number> {
    const sql = `SELECT COUNT(*) AS n FROM (
                   SELECT 1 FROM jobs WHERE tenant_id = ? AND status IN ('queued', 'running', 'waiting') LIMIT ?) AS living`
    const [row] = await this.#db.query(sql, tenantId, most)
    return row ? numberAt(row, 'n') : 0
  }

  async put(entry: JobEntry, usage: readonly UsageEntry[]): Promise<void> {
    await this.#db.batch([...addToUsage(usage, { unless: entry }), ...putJob(entry)])
  }

  async remove(jobId: string): Promise<void> {
    await this.#db.batch(deleteJob(jobId))
  }
}

function ordered(filter: JobFilter): JobFilter {
  return filter.statuses ? { ...filter, statuses: inOrder(filter.statuses) } : filter
}

/** Few jobs need a person or stopped early, so their statuses need no walks of their own. */
function isRare({ hasUnknownCalls, needsApproval, hasFailedCallback, stopReason }: JobFilter): boolean {
  return Boolean(hasUnknownCalls ?? needsApproval ?? hasFailedCallback ?? stopReason)
}

/** Each once; all of them are as good as none. */
function inOrder(statuses: readonly JobStatus[]): readonly JobStatus[] {
  const wanted = JOB_STATUSES.filter((status) => statuses.includes(status))
  return wanted.length === JOB_STATUSES.length ? [] : wanted
}

function placeIn(row: SqlRow): JobCursor {
  return { createdAt: numberAt(row, 'created_at'), id: textAt(row, 'id') }
}

function inOrderOf({ time, id }: Pick<Selection, 'time' | 'id'>, order: JobOrder): string {
  const way = order === 'newest' ? 'DESC' : 'ASC'
  return `ORDER BY ${time} ${way}, ${id} ${way}`
}

/** In the order of the list. */
function isBefore(a: JobCursor, b: JobCursor, order: JobOrder): boolean {
  const isNewer = a.createdAt > b.createdAt || (a.createdAt === b.createdAt && a.id > b.id)
  return isNewer === (order === 'newest')
}
