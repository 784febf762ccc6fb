import { JOB_STATUSES, type JobStatus } from '#domain/job/job.ts'
import type { JobEntry, JobFilter, JobIndex, JobIndexWriter, JobListQuery, JobPage } from '#ports/job-index.ts'
import { type SqlDatabase, type SqlRow, type Statement, numberAt, textAt } from './database.ts'
import { selectJobs } from './job-selection.ts'
import type { SqlSchema } from './schema.ts'

/** Beside the jobs on one database; alone in D1. Each index begins with the tenant, whose jobs are all that anybody may list. */
export const jobIndexSchema: SqlSchema = {
  name: 'job_index',
  statements: [
    `CREATE TABLE job_index (
       id TEXT PRIMARY KEY,
       tenant_id TEXT NOT NULL,
       status TEXT NOT NULL,
       agent TEXT NOT NULL,
       batch TEXT,
       created_at INTEGER NOT NULL,
       updated_at INTEGER NOT NULL,
       finished_at INTEGER,
       version INTEGER NOT NULL,
       tags TEXT NOT NULL,
       metadata TEXT NOT NULL
     ) WITHOUT ROWID`,
    'CREATE INDEX job_index_by_time ON job_index (tenant_id, created_at, id)',
    'CREATE INDEX job_index_by_status ON job_index (tenant_id, status, created_at, id)',
    'CREATE INDEX job_index_by_agent ON job_index (tenant_id, agent, created_at, id)',
    'CREATE INDEX job_index_by_batch ON job_index (tenant_id, batch, created_at, id) WHERE batch IS NOT NULL',
    `CREATE TABLE job_tags (
       tenant_id TEXT NOT NULL,
       tag TEXT NOT NULL,
       created_at INTEGER NOT NULL,
       job_id TEXT NOT NULL,
       PRIMARY KEY (tenant_id, tag, created_at, job_id)
     ) WITHOUT ROWID`,
    'CREATE INDEX job_tags_by_job ON job_tags (job_id)',
  ],
}

/** Writes an entry unless a newer one is there. */
export function putEntry(entry: JobEntry): readonly Statement[] {
  const { id, tenantId, status, agent, batch, createdAt, updatedAt, finishedAt, version, tags, metadata } = entry
  const put: Statement = {
    sql: `INSERT INTO job_index (id, tenant_id, status, agent, batch, created_at, updated_at, finished_at, version, tags, metadata)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          ON CONFLICT (id) DO UPDATE SET status = excluded.status, updated_at = excluded.updated_at,
            finished_at = excluded.finished_at, version = excluded.version
          WHERE excluded.version > job_index.version`,
    params: [
      id,
      tenantId,
      status,
      agent,
      batch,
      createdAt,
      updatedAt,
      finishedAt,
      version,
      JSON.stringify(tags),
      JSON.stringify(metadata),
    ],
  }
  const tagged = tags.map((tag) => ({
    sql: 'INSERT INTO job_tags (tenant_id, tag, created_at, job_id) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
    params: [tenantId, tag, createdAt, id],
  }))
  return [put, ...tagged]
}

export function removeEntry(jobId: string): readonly Statement[] {
  return [
    { sql: 'DELETE FROM job_index WHERE id = ?', params: [jobId] },
    { sql: 'DELETE FROM job_tags WHERE job_id = ?', params: [jobId] },
  ]
}

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
      ({ from, where, order }) =>
        `SELECT * FROM (SELECT job_index.* FROM ${from} WHERE ${where} ORDER BY ${order} LIMIT ?)`,
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
                   SELECT 1 FROM job_index WHERE tenant_id = ? AND status IN ('queued', 'running', 'waiting') LIMIT ?)`
    const [row] = await this.#db.query(sql, tenantId, most)
    return row ? numberAt(row, 'n') : 0
  }

  async put(entry: JobEntry): Promise<void> {
    await this.#db.batch(putEntry(entry))
  }

  async remove(jobId: string): Promise<void> {
    await this.#db.batch(removeEntry(jobId))
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
    version: numberAt(row, 'version'),
  }
}
