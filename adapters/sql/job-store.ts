import { VersionConflictError } from '#domain/errors.ts'
import type { JobEvent, JobSubmitted, StoredEvent } from '#domain/job/event.ts'
import type { JobRecord, QueuedJob } from '#domain/job/job.ts'
import { type JobState, replay } from '#domain/job/replay.ts'
import { nextWake } from '#domain/job/wake.ts'
import { entryOf } from '#ports/job-index.ts'
import type { Created, JobStore } from '#ports/job-store.ts'
import type { Waker } from '#ports/waker.ts'
import { type SqlDatabase, type Statement, numberAt } from './database.ts'
import { deleteJob, insertJob, updateJob } from './jobs-table.ts'
import { eventsIn, firstSeq } from './journal-rows.ts'
import type { SqlSchema } from './schema.ts'

/** For stores of many jobs, beside `jobsSchema`. */
export const journalSchema: SqlSchema = {
  name: 'journal',
  statements: [
    `CREATE TABLE journal (
       job_id TEXT NOT NULL,
       seq INTEGER NOT NULL,
       events TEXT NOT NULL,
       PRIMARY KEY (job_id, seq)
     ) WITHOUT ROWID`,
  ],
}

/** Jobs that were read or written lately, so that who asks again need not read their journals again. Which ones is up to the cache. */
export interface StateCache {
  get(jobId: string): JobState | undefined
  set(jobId: string, state: JobState): unknown
  delete(jobId: string): unknown
}

export interface SqlJobStoreOptions {
  readonly waker: Waker
  readonly cache?: StateCache
}

/** Many jobs on one database: a row that says where each stands, and its journal. */
export class SqlJobStore implements JobStore {
  readonly #db: SqlDatabase
  readonly #waker: Waker
  readonly #cache: StateCache | undefined

  constructor(db: SqlDatabase, { waker, cache }: SqlJobStoreOptions) {
    this.#db = db
    this.#waker = waker
    this.#cache = cache
  }

  async create(job: QueuedJob, event: JobSubmitted): Promise<Created> {
    const stored = await this.#db.batch([...insertJob(entryOf(job)), append(job.id, 1, [event])])
    if (!stored) return { job: (await this.load(job.id))?.job ?? job, created: false }
    await this.#waker.wakeAt(job.id, nextWake(job))
    return { job, created: true }
  }

  async get(tenantId: string, jobId: string): Promise<JobRecord | null> {
    const state = await this.load(jobId)
    return state?.job.tenantId === tenantId ? state.job : null
  }

  async load(jobId: string): Promise<JobState | null> {
    const cached = this.#cache?.get(jobId)
    if (cached && (await this.#isCurrent(cached.job))) return cached
    // Version and journal in one statement, so that nothing comes between them.
    const sql = `SELECT jobs.version, journal.seq, journal.events FROM jobs JOIN journal ON journal.job_id = jobs.id
                 WHERE jobs.id = ? ORDER BY journal.seq`
    const rows = await this.#db.query(sql, jobId)
    const [first] = rows
    if (!first) return null
    const state = replay(rows.flatMap(eventsIn), numberAt(first, 'version'))
    this.#cache?.set(jobId, state)
    return state
  }

  async save(state: JobState, events: readonly JobEvent[]): Promise<void> {
    const { job, seq } = state
    const saved = await this.#db.batch([updateJob(entryOf(job)), append(job.id, firstSeq(seq, events), events)])
    if (!saved) {
      this.#cache?.delete(job.id)
      throw new VersionConflictError(job.id, job.version - 1)
    }
    this.#cache?.set(job.id, state)
    await this.#waker.wakeAt(job.id, nextWake(job))
  }

  async remove({ id, version }: JobRecord): Promise<void> {
    const journal = { sql: 'DELETE FROM journal WHERE job_id = ?', params: [id] }
    const removed = await this.#db.batch([...deleteJob(id, version), journal])
    this.#cache?.delete(id)
    if (!removed) throw new VersionConflictError(id, version)
    await this.#waker.wakeAt(id, null)
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

  /** Two jobs of one idempotency key, one after the other, have one id; their times tell them apart. */
  async #isCurrent({ id, version, createdAt }: JobRecord): Promise<boolean> {
    const [row] = await this.#db.query('SELECT version, created_at FROM jobs WHERE id = ?', id)
    return row !== undefined && numberAt(row, 'version') === version && numberAt(row, 'created_at') === createdAt
  }
}

function append(jobId: string, seq: number, events: readonly JobEvent[]): Statement {
  return {
    sql: 'INSERT INTO journal (job_id, seq, events) VALUES (?, ?, ?)',
    params: [jobId, seq, JSON.stringify(events)],
  }
}
