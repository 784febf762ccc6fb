import { JOB_STATUSES, type JobStatus } from '#domain/job/job.ts'
import type { WakeKind } from '#domain/job/wake.ts'
import type { JobEntry, JobFilter, JobIndex, JobIndexWriter, JobListQuery, JobPage } from '#ports/job-index.ts'
import { type SqlDatabase, type SqlRow, numberAt, textAt } from './database.ts'
import { selectJobs } from './job-selection.ts'
import { deleteJob, putJob } from './jobs-table.ts'

export class SqlJobIndex implements JobIndex, JobIndexWriter {
  readonly #db: SqlDatabase

  constructor(db: SqlDatabase) {
    this.#db = db
  }

  async list({ tenantId, filter: { statuses = [], ...rest }, size, after }: JobListQuery): Promise<JobPage> {
    // Each status by itself is a walk along one index that stops after a page; several at once would be a sort of them all.
    const filters: readonly JobFilter[] =
      statuses.length > 0 ? statuses.map((status) => ({ ...rest, statuses: [status] })) : [rest]
    const parts = filters.map((filter) => selectJobs(tenantId, filter, after))
    const walks = parts.map(
      ({ from, where, order }, index) =>
        `SELECT * FROM (SELECT jobs.* FROM ${from} WHERE ${where} ORDER BY ${order} LIMIT ?) AS walk_${String(index)}`,
    )
    // One more than asked for tells whether there is a next page.
    const most = size + 1
    const params = [...parts.flatMap((part) => [...part.params, most]), most]
    const sql = `${walks.join(' UNION ALL ')} ORDER BY created_at DESC, id DESC LIMIT ?`
    const rows = await this.#db.query(sql, ...params)
    const jobs = rows.slice(0, size).map(entryIn)
    const last = jobs.at(-1)
    return { jobs, next: rows.length > size && last ? { createdAt: last.createdAt, id: last.id } : null }
  }

  async count(tenantId: string, filter: JobFilter): Promise<Readonly<Record<JobStatus, number>>> {
    const { from, where, params } = selectJobs(tenantId, filter)
    const sql = `SELECT status, COUNT(*) AS n FROM ${from} WHERE ${where} GROUP BY status`
    const rows = await this.#db.query(sql, ...params)
    const counted = new Map(rows.map((row) => [textAt(row, 'status'), numberAt(row, 'n')]))
    const counts = JOB_STATUSES.map((status) => [status, counted.get(status) ?? 0])
    return Object.fromEntries(counts) as Record<JobStatus, number>
  }

  async unfinished(tenantId: string, most: number): Promise<number> {
    const sql = `SELECT COUNT(*) AS n FROM (
                   SELECT 1 FROM jobs WHERE tenant_id = ? AND status IN ('queued', 'running', 'waiting') LIMIT ?) AS living`
    const [row] = await this.#db.query(sql, tenantId, most)
    return row ? numberAt(row, 'n') : 0
  }

  async put(entry: JobEntry): Promise<void> {
    await this.#db.batch(putJob(entry))
  }

  /** What is overdue and cannot be looked at must not stand before the others. */
  async postpone(jobId: string, until: number): Promise<void> {
    await this.#db.batch([{ sql: 'UPDATE jobs SET wake_at = ? WHERE id = ?', params: [until, jobId] }])
  }

  async remove(jobId: string): Promise<void> {
    await this.#db.batch(deleteJob(jobId))
  }
}

function entryIn(row: SqlRow): JobEntry {
  const batch = row['batch']
  const finishedAt = row['finished_at']
  return {
    id: textAt(row, 'id'),
    tenantId: textAt(row, 'tenant_id'),
    status: textAt(row, 'status') as JobStatus,
    agent: textAt(row, 'agent'),
    tags: JSON.parse(textAt(row, 'tags')) as readonly string[],
    metadata: JSON.parse(textAt(row, 'metadata')) as Readonly<Record<string, string>>,
    batch: typeof batch === 'string' ? batch : null,
    createdAt: numberAt(row, 'created_at'),
    updatedAt: numberAt(row, 'updated_at'),
    finishedAt: typeof finishedAt === 'number' ? finishedAt : null,
    wake: { at: numberAt(row, 'wake_at'), kind: textAt(row, 'wake_kind') as WakeKind },
    version: numberAt(row, 'version'),
  }
}
