import type { JobStatus } from '#domain/job/job.ts'
import type { KeptCount, KeptCounts } from '#ports/kept-counts.ts'
import { type SqlDatabase, numberAt, textAt } from './database.ts'
import type { SqlSchema } from './schema.ts'

export const keptCountSchema: SqlSchema = {
  name: 'job_counts',
  statements: [
    'CREATE TABLE job_counts (tenant_id TEXT PRIMARY KEY, counts TEXT NOT NULL, counted_at BIGINT NOT NULL) WITHOUT ROWID',
  ],
}

/** One row a tenant. It is written by a process that has counted, not with each job, so it is no hot row. */
export class SqlKeptCounts implements KeptCounts {
  readonly #db: SqlDatabase

  constructor(db: SqlDatabase) {
    this.#db = db
  }

  async read(tenantId: string): Promise<KeptCount | null> {
    const [row] = await this.#db.query('SELECT counts, counted_at FROM job_counts WHERE tenant_id = ?', tenantId)
    if (!row) return null
    const counts = JSON.parse(textAt(row, 'counts')) as Readonly<Record<JobStatus, number>>
    return { counts, countedAt: numberAt(row, 'counted_at') }
  }

  async keep(tenantId: string, { counts, countedAt }: KeptCount): Promise<void> {
    const sql = `INSERT INTO job_counts (tenant_id, counts, counted_at) VALUES (?, ?, ?)
      ON CONFLICT (tenant_id) DO UPDATE SET counts = excluded.counts, counted_at = excluded.counted_at
      WHERE job_counts.counted_at < excluded.counted_at`
    await this.#db.batch([{ sql, params: [tenantId, JSON.stringify(counts), countedAt] }])
  }
}
