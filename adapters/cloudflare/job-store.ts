import { eventsIn, rowsAfter } from '#adapters/sql/journal-rows.ts'
import { VersionConflictError } from '#domain/storage/errors.ts'
import type { JobEvent, JobSubmitted, StoredEvent } from '#domain/job/event.ts'
import type { JobRecord, QueuedJob } from '#domain/job/job.ts'
import { type JobState, replay } from '#domain/job/replay.ts'
import { nextWake } from '#domain/job/wake.ts'
import type { Created, JobStore } from '#ports/job-store.ts'
import type { IndexFeed } from './index-feed.ts'
import { type DurableObjectDatabase, settled } from './database.ts'

/** What must hear of the job. */
export type JobFollower = Pick<IndexFeed, 'wakeAt' | 'expect' | 'feed' | 'settle' | 'remove'>

/** One row a commit, and nothing beside it: every table, index and row is billed with every job. */
const CREATE_TABLE = 'CREATE TABLE IF NOT EXISTS journal (seq INTEGER PRIMARY KEY, events TEXT NOT NULL)'
const APPEND = 'INSERT INTO journal (seq, events) VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING seq'

/**
 * The one job of an object. The platform runs one instance of an object at a time, so the state in memory is current.
 * The table is created and deleted with the job, so that a mere read leaves no trace. The store itself updates the
 * index at every commit, so that no writer can forget it.
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
    const known = this.#state ?? this.#insert(event)
    if (known) return { job: known.job, created: false }
    // The index hears after the commit, for only that says whose job it is; the alarm of a new job comes at once anyway.
    await this.#feed.wakeAt(job, nextWake(job))
    this.#feed.expect(job, [event])
    this.#feed.feed()
    return { job, created: true }
  }

  get(tenantId: string, jobId: string): Promise<JobRecord | null> {
    return settled(() => {
      const job = this.#known(jobId)?.job
      return job?.tenantId === tenantId ? job : null
    })
  }

  load(jobId: string): Promise<JobState | null> {
    return settled(() => this.#known(jobId))
  }

  async save(state: JobState, events: readonly JobEvent[]): Promise<void> {
    const { job } = state
    const version = job.version - events.length
    const stored = this.#known(job.id)?.job
    if (
      stored?.runId !== job.runId ||
      stored.version !== version ||
      !this.#append(version + 1, JSON.stringify(events))
    ) {
      throw new VersionConflictError(job.id, version)
    }
    this.#state = state
    this.#feed.expect(job, events)
    await this.#feed.wakeAt(job, nextWake(job))
    this.#feed.feed()
  }

  async events(jobId: string, after: number): Promise<readonly StoredEvent[]> {
    if (!this.#known(jobId)) return []
    const rows = await this.#db.query(rowsAfter('TRUE'), after + 1)
    return rows.flatMap(eventsIn).filter(({ seq }) => seq > after)
  }

  /**
   * The index first: an entry without a job would stay for ever. Then the whole storage at once, because rows that are
   * deleted one by one are billed one by one. If the job has changed meanwhile, the index is updated again.
   */
  async remove(job: JobRecord): Promise<void> {
    const { id, runId, version } = job
    await this.#feed.remove(job)
    const current = this.#known(id)?.job
    if (current?.runId === runId && current.version === version) {
      await this.#db.erase()
      this.#state = null
      return
    }
    if (current) await this.#feed.settle(current)
    throw new VersionConflictError(id, version)
  }

  /** Returns the job that is there already, whose storage nothing has changed. */
  #insert(event: JobSubmitted): JobState | null {
    const events = JSON.stringify([event])
    const created = this.#db.atomically(() => {
      this.#db.run(CREATE_TABLE)
      return this.#append(1, events)
    })
    // A copy, so that later changes to the source objects do not reach it.
    this.#state = created ? replay(eventsIn({ seq: 1, events })) : this.#read()
    return created ? null : this.#state
  }

  /** When its journal was last written to (epoch ms), which can be said of one that this release cannot read. */
  writtenAt(): number {
    const [row] = this.#db.run("SELECT json_extract(events, '$[#-1].at') AS at FROM journal ORDER BY seq DESC LIMIT 1")
    return Number(row?.['at'] ?? 0)
  }

  /** Of two who write what comes next, one has come first: `false` for the other. */
  #append(seq: number, events: string): boolean {
    return this.#db.run(APPEND, seq, events).length > 0
  }

  #known(jobId: string): JobState | null {
    if (this.#state === undefined) this.#state = this.#read()
    return this.#state?.job.id === jobId ? this.#state : null
  }

  #read(): JobState | null {
    const rows = this.#db.hasTable('journal') ? this.#db.run('SELECT seq, events FROM journal ORDER BY seq') : []
    return rows.length > 0 ? replay(rows.flatMap(eventsIn)) : null
  }
}
