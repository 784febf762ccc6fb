import { eventsIn, rowsAfter } from '#adapters/sql/journal-rows.ts'
import type { Statement } from '#adapters/sql/database.ts'
import { VersionConflictError } from '#domain/errors.ts'
import type { JobEvent, JobSubmitted, StoredEvent } from '#domain/job/event.ts'
import type { JobRecord, QueuedJob } from '#domain/job/job.ts'
import { type JobState, replay } from '#domain/job/replay.ts'
import { type Wake, nextWake } from '#domain/job/wake.ts'
import type { Created, JobStore } from '#ports/job-store.ts'
import type { IndexFeed } from './index-feed.ts'
import type { DurableObjectDatabase } from './sql.ts'

/** What must hear of the job. */
export type JobFollower = Pick<IndexFeed, 'wakeAt' | 'expect' | 'feed' | 'settle' | 'remove'>

/** One row a commit, and nothing beside it: every table, index and row is billed with every job. */
const CREATE_TABLE = 'CREATE TABLE IF NOT EXISTS journal (seq INTEGER PRIMARY KEY, events TEXT NOT NULL)'

/**
 * The one job of an object. The platform runs one instance of an object at a time, so what this instance has read or written is how the job
 * stands. Its table comes with the job and goes with it, so that an object that was only asked leaves no trace; and the index is told
 * of every commit, so that nobody who writes can forget it.
 */
export class ObjectJobStore implements JobStore {
  readonly #db: DurableObjectDatabase
  readonly #feed: JobFollower
  /** `undefined` until it is known. */
  #state: JobState | null | undefined

  constructor(db: DurableObjectDatabase, feed: JobFollower) {
    this.#db = db
    this.#feed = feed
  }

  async create(job: QueuedJob, event: JobSubmitted): Promise<Created> {
    const known = await this.#open()
    const created = known === null && (await this.#db.batch([{ sql: CREATE_TABLE, params: [] }, append(1, [event])]))
    // What is read is what was written, whatever becomes of the objects that it was written from.
    this.#state = known ?? undefined
    if (!created) return { job: (await this.#open())?.job ?? job, created: false }
    // The index hears after the commit, for only that says whose job it is; the alarm of a new job comes at once anyway.
    await this.#feed.wakeAt(job.id, nextWake(job))
    this.#feed.expect(job, [event])
    this.#feed.feed()
    return { job, created: true }
  }

  async get(tenantId: string, jobId: string): Promise<JobRecord | null> {
    const job = (await this.load(jobId))?.job
    return job?.tenantId === tenantId ? job : null
  }

  async load(jobId: string): Promise<JobState | null> {
    const state = await this.#open()
    return state?.job.id === jobId ? state : null
  }

  async save(state: JobState, events: readonly JobEvent[]): Promise<void> {
    const { job } = state
    const version = job.version - events.length
    const stored = (await this.load(job.id))?.job
    if (stored?.version !== version || !(await this.#db.batch([append(version + 1, events)]))) {
      throw new VersionConflictError(job.id, version)
    }
    this.#state = state
    this.#feed.expect(job, events)
    const wake = nextWake(job)
    if (!comesInTime(stored, events, wake)) await this.#feed.wakeAt(job.id, wake)
    this.#feed.feed()
  }

  async events(jobId: string, after: number): Promise<readonly StoredEvent[]> {
    if (!(await this.load(jobId))) return []
    const rows = await this.#db.query(rowsAfter('TRUE'), after + 1)
    return rows.flatMap(eventsIn).filter(({ seq }) => seq > after)
  }

  /**
   * The index first: an entry without a job would be there for ever. Then the whole storage at once, for rows that are deleted one by one
   * are billed one by one. Where the job has moved on meanwhile, the index is told again.
   */
  async remove({ id, version }: JobRecord): Promise<void> {
    await this.#feed.remove(id)
    const current = (await this.load(id))?.job
    if (current?.version === version) {
      await this.#db.erase()
      this.#state = null
      return
    }
    if (current) await this.#feed.settle(current)
    throw new VersionConflictError(id, version)
  }

  async #open(): Promise<JobState | null> {
    if (this.#state === undefined) {
      const rows = this.#db.hasTable('journal')
        ? await this.#db.query('SELECT seq, events FROM journal ORDER BY seq')
        : []
      // Whoever has read or written meanwhile knows better.
      this.#state ??= rows.length > 0 ? replay(rows.flatMap(eventsIn)) : null
    }
    return this.#state
  }
}

/**
 * An attempt arms the alarm when it begins, for the end of its lease; it comes when the attempt is over, or the object gone in the middle. Until
 * the job is brought to rest that alarm is enough for every later wake, and another one would be a row that nobody reads.
 */
function comesInTime(before: JobRecord, events: readonly JobEvent[], wake: Wake): boolean {
  if (before.status !== 'running' || events.some(({ type }) => type === 'attempt.started')) return false
  return wake.at >= before.lease.expiresAt
}

/** Guarded: of two who write what comes next, one has come first. */
function append(seq: number, events: readonly JobEvent[]): Statement {
  return {
    sql: 'INSERT INTO journal (seq, events) VALUES (?, ?) ON CONFLICT DO NOTHING',
    params: [seq, JSON.stringify(events)],
    changes: 1,
  }
}
