import type pg from 'pg'
import { GroupCommit, type BatchOutcome } from '#adapters/sql/group-commit.ts'
import { SqlJobStore } from '#adapters/sql/job-store.ts'
import { VersionConflictError } from '#domain/errors.ts'
import type { JobEvent, JobSubmitted, StoredEvent } from '#domain/job/event.ts'
import type { JobRecord, QueuedJob } from '#domain/job/job.ts'
import type { JobState } from '#domain/job/replay.ts'
import type { Created, JobStore } from '#ports/job-store.ts'
import { PostgresDatabase } from './database.ts'
import { type Patience } from './patience.ts'
import { UnknownOutcomeError, inTransaction } from './transaction.ts'
import { type JobWrite, WRITE_ALL, columnsOf, keyOf, writeOf } from './writes.ts'

/** Sets wakes in the transaction of the writes that make them necessary. */
export interface TransactionalWakes {
  set(client: pg.PoolClient, writes: readonly JobWrite[]): Promise<void>
  /** After the commit: there may be something to do at once. */
  nudge(writes: readonly JobWrite[]): void
}

export interface PostgresJobStoreDeps {
  readonly pool: pg.Pool
  readonly patience: Patience
  readonly wakes: TransactionalWakes
}

/**
 * Many jobs on Postgres, written by several processes. Reading and removing are the SQL store's. Writing is grouped: every commit that arrives
 * while a group is on its way goes with the next one, in one statement (`writes.ts`), with the wakes in the same transaction.
 */
export class PostgresJobStore implements JobStore {
  readonly #deps: PostgresJobStoreDeps
  readonly #store: SqlJobStore
  readonly #writes = new GroupCommit<JobWrite>((group) => this.#writeAll(group))

  constructor(deps: PostgresJobStoreDeps) {
    this.#deps = deps
    this.#store = new SqlJobStore(new PostgresDatabase(deps.pool, deps.patience), { waker: NO_WAKER })
  }

  async create(job: QueuedJob, event: JobSubmitted): Promise<Created> {
    if (await this.#writes.add(writeOf(job, [event]))) return { job, created: true }
    return { job: (await this.load(job.id))?.job ?? job, created: false }
  }

  get(tenantId: string, jobId: string): Promise<JobRecord | null> {
    return this.#store.get(tenantId, jobId)
  }

  load(jobId: string): Promise<JobState | null> {
    return this.#store.load(jobId)
  }

  async save({ job }: JobState, events: readonly JobEvent[]): Promise<void> {
    const saved = await this.#writes.add(writeOf(job, events))
    if (!saved) throw new VersionConflictError(job.id, job.version - events.length)
  }

  events(jobId: string, after: number): Promise<readonly StoredEvent[]> {
    return this.#store.events(jobId, after)
  }

  remove(job: JobRecord): Promise<void> {
    return this.#store.remove(job)
  }

  async #writeAll(group: readonly JobWrite[]): Promise<readonly BatchOutcome[]> {
    // Of two who write what comes after the same event, here as between processes, the first is kept.
    const first = new Map([...group].reverse().map((write) => [keyOf(write.entry.id, write.seq), write]))
    const writes = [...first.values()]
    let unsure = false
    const kept = await this.#deps.patience.keep(async () => {
      try {
        return await this.#attempt(writes, unsure)
      } catch (error) {
        if (!(error instanceof UnknownOutcomeError)) throw error
        unsure = true
        throw error.cause
      }
    })
    this.#deps.wakes.nudge(writes)
    return group.map((write) => ({ kept: first.get(keyOf(write.entry.id, write.seq)) === write && kept.has(write) }))
  }

  /** @param unsure whether an attempt before this one may have been kept. */
  async #attempt(writes: readonly JobWrite[], unsure: boolean): Promise<ReadonlySet<JobWrite>> {
    const { pool, wakes } = this.#deps
    let kept: ReadonlySet<JobWrite> = new Set()
    await inTransaction(pool, async (client) => {
      kept = await writeAll(client, writes, unsure)
      await wakes.set(
        client,
        [...kept].filter(({ moved }) => moved),
      )
      return true
    })
    return kept
  }
}

async function writeAll(
  client: pg.PoolClient,
  writes: readonly JobWrite[],
  unsure: boolean,
): Promise<ReadonlySet<JobWrite>> {
  const { rows } = await client.query<WrittenRow>({ ...WRITE_ALL, values: columnsOf(writes) })
  const before = unsure ? await writtenBefore(client, writes) : []
  const written = new Set([...rows, ...before].map(({ job_id, seq }) => keyOf(job_id, seq)))
  return new Set(writes.filter(({ entry, seq }) => written.has(keyOf(entry.id, seq))))
}

interface WrittenRow {
  readonly job_id: string
  readonly seq: number
}

/** What stands in the journals exactly as it was to be written. */
async function writtenBefore(client: pg.PoolClient, writes: readonly JobWrite[]): Promise<readonly WrittenRow[]> {
  const text = `SELECT journal.job_id, journal.seq FROM unnest($1::text[], $2::bigint[], $3::text[]) AS said (job_id, seq, events)
                JOIN journal USING (job_id, seq, events)`
  const values = [writes.map(({ entry }) => entry.id), writes.map(({ seq }) => seq), writes.map(({ events }) => events)]
  return (await client.query<WrittenRow>({ text, values })).rows
}

/** Wakes are set with the writes. */
const NO_WAKER = { wakeAt: () => Promise.resolve() }
