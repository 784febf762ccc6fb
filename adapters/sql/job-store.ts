import { VersionConflictError } from '#domain/errors.ts'
import { type JobEvent, type JobSubmitted, type StoredEvent, changesStatus } from '#domain/job/event.ts'
import type { JobRecord, QueuedJob } from '#domain/job/job.ts'
import { nextWake } from '#domain/job/wake.ts'
import { entryOf } from '#ports/job-index.ts'
import type { Created, JobStore } from '#ports/job-store.ts'
import type { Waker } from '#ports/waker.ts'
import { type SqlDatabase, type SqlRow, type Statement, numberAt, textAt } from './database.ts'
import { putEntry, removeEntry } from './job-index.ts'
import type { SqlSchema } from './schema.ts'

/**
 * One row a job, one row a commit of its journal: rows written are what Cloudflare bills.
 * `journal.seq` is the number of the first event in the row.
 */
export const jobSchema: SqlSchema = {
  name: 'jobs',
  statements: [
    `CREATE TABLE jobs (
       id TEXT PRIMARY KEY,
       tenant_id TEXT NOT NULL,
       status TEXT NOT NULL,
       wake_at INTEGER NOT NULL,
       wake_kind TEXT NOT NULL,
       version INTEGER NOT NULL,
       last_seq INTEGER NOT NULL,
       record TEXT NOT NULL
     )`,
    `CREATE TABLE journal (
       job_id TEXT NOT NULL,
       seq INTEGER NOT NULL,
       events TEXT NOT NULL,
       PRIMARY KEY (job_id, seq)
     ) WITHOUT ROWID`,
  ],
}

export interface SqlJobStoreOptions {
  /** True where the job index is on the same database: then it is written in the same transaction. */
  readonly indexed: boolean
}

export class SqlJobStore implements JobStore {
  readonly #db: SqlDatabase
  readonly #waker: Waker
  readonly #indexed: boolean

  constructor(db: SqlDatabase, waker: Waker, { indexed }: SqlJobStoreOptions = { indexed: false }) {
    this.#db = db
    this.#waker = waker
    this.#indexed = indexed
  }

  async create(job: QueuedJob, event: JobSubmitted): Promise<Created> {
    const wake = nextWake(job)
    const stored = await this.#db.batch([
      {
        sql: `INSERT INTO jobs (id, tenant_id, status, wake_at, wake_kind, version, last_seq, record) VALUES (?, ?, ?, ?, ?, ?, 1, ?)
              ON CONFLICT (id) DO NOTHING`,
        params: [job.id, job.tenantId, job.status, wake.at, wake.kind, job.version, JSON.stringify(job)],
        changes: 1,
      },
      { sql: 'INSERT INTO journal (job_id, seq, events) VALUES (?, 1, ?)', params: [job.id, JSON.stringify([event])] },
      ...this.#index(job, [event]),
    ])
    if (!stored) return { job: (await this.load(job.id)) ?? job, created: false }
    await this.#waker.wakeAt(job.id, wake)
    return { job, created: true }
  }

  async get(tenantId: string, jobId: string): Promise<JobRecord | null> {
    const [row] = await this.#db.query('SELECT record FROM jobs WHERE id = ? AND tenant_id = ?', jobId, tenantId)
    return row ? recordIn(row) : null
  }

  async load(jobId: string): Promise<JobRecord | null> {
    const [row] = await this.#db.query('SELECT record FROM jobs WHERE id = ?', jobId)
    return row ? recordIn(row) : null
  }

  async save(job: JobRecord, events: readonly JobEvent[]): Promise<void> {
    const wake = nextWake(job)
    const count = events.length
    const update = {
      sql: `UPDATE jobs SET status = ?, wake_at = ?, wake_kind = ?, version = ?, last_seq = last_seq + ?, record = ?
            WHERE id = ? AND version = ?`,
      params: [job.status, wake.at, wake.kind, job.version, count, JSON.stringify(job), job.id, job.version - 1],
      changes: 1,
    }
    const append = {
      sql: 'INSERT INTO journal (job_id, seq, events) SELECT id, last_seq - ? + 1, ? FROM jobs WHERE id = ?',
      params: [count, JSON.stringify(events), job.id],
    }
    const saved = await this.#db.batch([update, ...(count > 0 ? [append] : []), ...this.#index(job, events)])
    if (!saved) throw new VersionConflictError(job.id, job.version - 1)
    await this.#waker.wakeAt(job.id, wake)
  }

  async remove({ id, version }: JobRecord): Promise<void> {
    const removed = await this.#db.batch([
      { sql: 'DELETE FROM jobs WHERE id = ? AND version = ?', params: [id, version], changes: 1 },
      { sql: 'DELETE FROM journal WHERE job_id = ?', params: [id] },
      ...(this.#indexed ? removeEntry(id) : []),
    ])
    if (!removed) throw new VersionConflictError(id, version)
    await this.#waker.wakeAt(id, null)
  }

  #index(job: JobRecord, events: readonly JobEvent[]): readonly Statement[] {
    return this.#indexed && events.some(changesStatus) ? putEntry(entryOf(job)) : []
  }

  async events(jobId: string, after: number): Promise<readonly StoredEvent[]> {
    // A commit holds several events, so the one that reaches past `after` may begin before it.
    const rows = await this.#db.query(
      `SELECT seq, events FROM journal WHERE job_id = ?
         AND seq >= COALESCE((SELECT MAX(seq) FROM journal WHERE job_id = ? AND seq <= ?), 0) ORDER BY seq`,
      jobId,
      jobId,
      after + 1,
    )
    return rows.flatMap(eventsIn).filter(({ seq }) => seq > after)
  }
}

function recordIn(row: SqlRow): JobRecord {
  return JSON.parse(textAt(row, 'record')) as JobRecord
}

function eventsIn(row: SqlRow): readonly StoredEvent[] {
  const first = numberAt(row, 'seq')
  const events = JSON.parse(textAt(row, 'events')) as readonly JobEvent[]
  return events.map((event, index) => ({ seq: first + index, event }))
}
