import type pg from 'pg'
import { type BatchOutcome, Grouped } from '#adapters/sql/grouped.ts'
import { SqlJobStore, type StateCache } from '#adapters/sql/job-store.ts'
import { VersionConflictError } from '#domain/errors.ts'
import type { JobEvent, JobSubmitted, StoredEvent } from '#domain/job/event.ts'
import type { JobRecord, QueuedJob } from '#domain/job/job.ts'
import { type JobState, submit } from '#domain/job/replay.ts'
import type { Created, JobStore } from '#ports/job-store.ts'
import { PostgresDatabase } from './database.ts'
import { Journals } from './journals.ts'
import { type Patience } from './patience.ts'
import { UnknownOutcomeError, inTransaction } from './transaction.ts'
import { type JobWrite, WRITE_ALL, columnsOf, keyOf, writeOf } from './writes.ts'

/** Sets the wakes that writes make necessary. */
export interface TransactionalWakes {
  /** In the transaction that the connection is in. */
  set(client: pg.PoolClient, writes: readonly JobWrite[]): Promise<void>
  areNeeded(writes: readonly JobWrite[]): boolean
  /** After the commit: there may be something to do at once. */
  nudge(writes: readonly JobWrite[]): void
}

export interface PostgresJobStoreDeps {
  readonly pool: pg.Pool
  /** Of whoever asks for something. */
  readonly patience: Patience
  /** Of whoever holds what a model has answered. */
  readonly savePatience: Patience
  readonly wakes: TransactionalWakes
  /** For jobs that were read or written here lately. */
  readonly known: StateCache
}

/**
 * Many jobs on Postgres, written by several processes. Removing is the SQL store's. Writing is grouped: every commit that arrives while a
 * group is on its way goes with the next one, in one statement (`writes.ts`), with the wakes in the same transaction.
 */
export class PostgresJobStore implements JobStore {
  readonly #deps: PostgresJobStoreDeps
  readonly #store: SqlJobStore
  readonly #journals: Journals
  readonly #creations = new Grouped<JobWrite>((group) => this.#writeAll(group, this.#deps.patience))
  readonly #saves = new Grouped<JobWrite>((group) => this.#writeAll(group, this.#deps.savePatience))

  constructor(deps: PostgresJobStoreDeps) {
    this.#deps = deps
    this.#store = new SqlJobStore(new PostgresDatabase(deps.pool, deps.patience), { waker: NO_WAKER })
    this.#journals = new Journals(deps)
  }

  async create(job: QueuedJob, event: JobSubmitted): Promise<Created> {
    const created = await this.#creations.add(writeOf(job, [event]))
    if (!created) {
      const taken = await this.load(job.id)
      // Deleted between the two: then the id is free, and an answer may only name a job that is stored.
      return taken ? { job: taken.job, created } : this.create(job, event)
    }
    // As it would be read, whatever becomes of the objects that it was made from.
    this.#deps.known.set(job.id, submit(JSON.parse(JSON.stringify(event)) as JobSubmitted))
    return { job, created }
  }

  async get(tenantId: string, jobId: string): Promise<JobRecord | null> {
    const state = await this.load(jobId)
    return state?.job.tenantId === tenantId ? state.job : null
  }

  load(jobId: string): Promise<JobState | null> {
    return this.#journals.load(jobId)
  }

  async save(state: JobState, events: readonly JobEvent[]): Promise<void> {
    const { job } = state
    const saved = await this.#saves.add(writeOf(job, events))
    if (!saved) throw new VersionConflictError(job.id, job.version - events.length)
    this.#deps.known.set(job.id, state)
  }

  events(jobId: string, after: number): Promise<readonly StoredEvent[]> {
    return this.#store.events(jobId, after)
  }

  remove(job: JobRecord): Promise<void> {
    return this.#store.remove(job)
  }

  async #writeAll(group: readonly JobWrite[], patience: Patience): Promise<readonly BatchOutcome[]> {
    // Of two who write what comes after the same event, here as between processes, the first is kept.
    const first = new Map([...group].reverse().map((write) => [keyOf(write.entry.id, write.seq), write]))
    const writes = [...first.values()].sort((a, b) => (keyOf(a.entry.id, a.seq) < keyOf(b.entry.id, b.seq) ? -1 : 1))
    let unsure = false
    const kept = await patience.keep(() => {
      const attempt = this.#attempt(writes, unsure)
      unsure = true
      return attempt
    })
    this.#deps.wakes.nudge(writes)
    return group.map((write) => ({ value: first.get(keyOf(write.entry.id, write.seq)) === write && kept.has(write) }))
  }

  /** @param unsure whether an attempt before this one may have been kept. */
  async #attempt(writes: readonly JobWrite[], unsure: boolean): Promise<ReadonlySet<JobWrite>> {
    const { pool } = this.#deps
    const written = await this.#write(writes)
    const before = unsure ? await writtenBefore(pool, writes) : []
    const keys = new Set([...written, ...before].map(({ job_id, seq }) => keyOf(job_id, seq)))
    return new Set(writes.filter(({ entry, seq }) => keys.has(keyOf(entry.id, seq))))
  }

  async #write(writes: readonly JobWrite[]): Promise<readonly WrittenRow[]> {
    const { pool, wakes } = this.#deps
    const query = { ...WRITE_ALL, values: columnsOf(writes) }
    // A statement alone is a transaction too.
    if (!wakes.areNeeded(writes)) return (await pool.query<WrittenRow>(query)).rows
    let written: readonly WrittenRow[] = []
    await inTransaction(pool, async (client) => {
      // A wake goes along with what it is for: that of a write which is not kept finds nothing to do.
      const [{ rows }] = await Promise.all([client.query<WrittenRow>(query), wakes.set(client, writes)])
      written = rows
      return true
    }).catch((error: unknown) => {
      throw error instanceof UnknownOutcomeError ? error.cause : error
    })
    return written
  }
}

interface WrittenRow {
  readonly job_id: string
  readonly seq: number
}

/** What stands in the journals exactly as it was to be written. */
async function writtenBefore(pool: pg.Pool, writes: readonly JobWrite[]): Promise<readonly WrittenRow[]> {
  const text = `SELECT journal.job_id, journal.seq FROM unnest($1::text[], $2::bigint[], $3::text[]) AS said (job_id, seq, events)
                JOIN journal USING (job_id, seq, events)`
  const values = [writes.map(({ entry }) => entry.id), writes.map(({ seq }) => seq), writes.map(({ events }) => events)]
  return (await pool.query<WrittenRow>({ text, values })).rows
}

/** Wakes are set with the writes. */
const NO_WAKER = { wakeAt: () => Promise.resolve() }
