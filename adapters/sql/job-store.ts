import { VersionConflictError } from '#domain/storage/errors.ts'
import { type JobEvent, type JobSubmitted, type StoredEvent, movesWake } from '#domain/job/event.ts'
import type { JobRecord, QueuedJob } from '#domain/job/job.ts'
import { type JobState, replay, submit } from '#domain/job/replay.ts'
import { reportsLate } from '#domain/job/unknown-calls.ts'
import { nextWake } from '#domain/job/wake.ts'
import { entryOf } from '#ports/job-index.ts'
import type { Created, JobStore } from '#ports/job-store.ts'
import { proposalsOf } from '#ports/proposal-index.ts'
import { usageOf } from '#ports/usage-ledger.ts'
import type { Waker } from '#ports/waker.ts'
import type { SqlDatabase, Statement } from './database.ts'
import { deleteJob, insertJob, updateJob } from './jobs-table.ts'
import { eventsIn, rowsAfter } from './journal-rows.ts'
import { deleteProposals, putProposals } from './proposals-table.ts'
import type { Fill, SqlSchema } from './schema.ts'
import { UnderWay } from './under-way.ts'
import { addToUsage } from './usage-table.ts'

/**
 * Finds callbacks that were given up before `jobs` had the column. That takes two days of tries, each of which moved
 * `updated_at`, so that few journals are read.
 */
const FAILED_CALLBACKS: Fill = {
  table: 'jobs',
  key: 'id',
  sql: `UPDATE jobs SET has_failed_callback = 1
  WHERE id > ? AND id <= ? AND wake_kind = 'expire' AND updated_at > finished_at + 86400000 AND COALESCE((
    SELECT events FROM journal WHERE job_id = jobs.id AND events LIKE '%{"type":"callback.%'
    ORDER BY seq DESC LIMIT 1), '') LIKE '%"becomes":"failed"%'`,
}

/** For stores of many jobs, beside `jobsSchema`. Rows lie in the order of their commits, so that a group of commits is few pages. */
export const journalSchema: SqlSchema = {
  name: 'journal',
  statements: [
    'CREATE TABLE journal (job_id TEXT NOT NULL, seq BIGINT NOT NULL, events TEXT NOT NULL)',
    'CREATE UNIQUE INDEX journal_by_job ON journal (job_id, seq)',
    // For jobs that waited before `jobs` had this column: what it says without a journal is a guess.
    `UPDATE jobs SET needs_approval = CASE WHEN COALESCE((
         SELECT events FROM journal WHERE job_id = jobs.id AND events LIKE '%{"type":"job.waiting",%'
         ORDER BY seq DESC LIMIT 1), '') LIKE '%"wait":{"reason":"approval",%' THEN 1 ELSE 0 END
       WHERE status = 'waiting'`,
    FAILED_CALLBACKS,
  ],
}

/** Jobs that were read or written lately, so that who asks again need not read all their journals again. Which ones is up to the cache. */
export interface StateCache {
  get(jobId: string): JobState | undefined
  set(jobId: string, state: JobState): unknown
  delete(jobId: string): unknown
}

export interface SqlJobStoreOptions {
  readonly waker: Waker
  /** Only where no other process writes, so that its contents are current. */
  readonly cache?: StateCache
}

/** Many jobs on one database: their journals, and beside them what lists and wakes need to know of each, which not every event changes. */
export class SqlJobStore implements JobStore {
  readonly #db: SqlDatabase
  readonly #waker: Waker
  readonly #cache: StateCache | undefined
  readonly #saves = new UnderWay<void>()

  constructor(db: SqlDatabase, { waker, cache }: SqlJobStoreOptions) {
    this.#db = db
    this.#waker = waker
    this.#cache = cache
  }

  async create(job: QueuedJob, event: JobSubmitted): Promise<Created> {
    const stored = await this.#db.batch([...insertJob(entryOf(job)), append(job, [event])])
    if (!stored) {
      const taken = await this.load(job.id)
      // Deleted between the two: then the id is free, and an answer may only name a job that is stored.
      return taken ? { job: taken.job, created: false } : this.create(job, event)
    }
    // As it would be read, so that later changes to the source objects do not reach it.
    this.#cache?.set(job.id, submit(JSON.parse(JSON.stringify(event)) as JobSubmitted))
    await this.#waker.wakeAt(job, nextWake(job))
    return { job, created: true }
  }

  async get(tenantId: string, jobId: string): Promise<JobRecord | null> {
    // Read-your-writes: a read waits for the in-flight commit of the job, because a client that sees the old state
    // polls again.
    await this.#saves.over(jobId)
    const state = await this.load(jobId)
    return state?.job.tenantId === tenantId ? state.job : null
  }

  async load(jobId: string): Promise<JobState | null> {
    const cached = this.#cache?.get(jobId)
    if (cached) return cached
    const rows = await this.#db.query('SELECT seq, events FROM journal WHERE job_id = ? ORDER BY seq', jobId)
    if (rows.length === 0) return null
    const state = replay(rows.flatMap(eventsIn))
    this.#cache?.set(jobId, state)
    return state
  }

  save(state: JobState, events: readonly JobEvent[]): Promise<void> {
    return this.#saves.during(state.job.id, this.#save(state, events))
  }

  async remove(job: JobRecord): Promise<void> {
    const { id, version, createdAt } = job
    const journal = { sql: 'DELETE FROM journal WHERE job_id = ?', params: [id] }
    const proposals = job.writes.length > 0 ? deleteProposals(id) : []
    const removed = await this.#db.batch([...deleteJob(id, { version, createdAt }), journal, ...proposals])
    this.#cache?.delete(id)
    if (!removed) throw new VersionConflictError(id, version)
    await this.#waker.wakeAt(job, null)
  }

  async events(jobId: string, after: number): Promise<readonly StoredEvent[]> {
    const rows = await this.#db.query(rowsAfter('job_id = ?'), jobId, jobId, after + 1)
    return rows.flatMap(eventsIn).filter(({ seq }) => seq > after)
  }

  async #save(state: JobState, events: readonly JobEvent[]): Promise<void> {
    const { job } = state
    const moved = events.some(movesWake) || reportsLate(job, events)
    const proposals = putProposals(proposalsOf(job, job.version - events.length))
    const head = moved ? [updateJob(entryOf(job))] : []
    const saved = await this.#db.batch([
      append(job, events),
      ...head,
      ...proposals,
      ...addToUsage(usageOf(job, events)),
    ])
    if (!saved) {
      this.#cache?.delete(job.id)
      throw new VersionConflictError(job.id, job.version - events.length)
    }
    this.#cache?.set(job.id, state)
    if (moved) await this.#waker.wakeAt(job, nextWake(job))
  }
}

const INSERT = 'INSERT INTO journal (job_id, seq, events)'
const FIRST = `${INSERT} VALUES (?, ?, ?)`
// Two successive jobs of one idempotency key share an id and differ in their time.
const LIVING = 'EXISTS (SELECT 1 FROM jobs WHERE id = ? AND created_at = ?)'
const NEXT = `${INSERT} SELECT ?, CAST(? AS BIGINT), ? WHERE ${LIVING} ON CONFLICT DO NOTHING`

/** Guarded: writes nothing where another writer came first or the job is gone. */
function append({ id, version, createdAt }: JobRecord, events: readonly JobEvent[]): Statement {
  const row = [id, version - events.length + 1, JSON.stringify(events)]
  if (version === events.length) return { sql: FIRST, params: row }
  return { sql: NEXT, params: [...row, id, createdAt], changes: 1 }
}
