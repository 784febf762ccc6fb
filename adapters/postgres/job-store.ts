import type pg from 'pg'
import { Grouped } from '#adapters/sql/grouped.ts'
import { SqlJobStore, type StateCache } from '#adapters/sql/job-store.ts'
import { UnderWay } from '#adapters/sql/under-way.ts'
import { VersionConflictError } from '#domain/storage/errors.ts'
import type { JobEvent, JobSubmitted, StoredEvent } from '#domain/job/event.ts'
import type { JobRecord, QueuedJob } from '#domain/job/job.ts'
import { type JobState, submit } from '#domain/job/replay.ts'
import type { Created, JobStore } from '#ports/job-store.ts'
import { PostgresDatabase } from './database.ts'
import { type BegunWrites, Creations } from './creations.ts'
import { Journals } from './journals.ts'
import { nextTurn } from './next-turn.ts'
import { type PostgresOutageRetry } from './outage-retry.ts'
import { CommitWakes } from './commit-wakes.ts'
import type { Workers } from './workers.ts'
import {
  APPEND,
  CREATE,
  type JobWrite,
  MOVE,
  PROPOSE,
  type WriteStatement,
  keyOf,
  valuesOf,
  writeOf,
} from './writes.ts'

export interface PostgresJobStoreDeps {
  readonly pool: pg.Pool
  /** For requests. */
  readonly retry: PostgresOutageRetry
  /** For executors that hold a model's answer. */
  readonly saveRetry: PostgresOutageRetry
  /** Of this process: what a commit makes due is begun here where there is room. */
  readonly workers: Pick<Workers, 'reserve' | 'announce'>
  /** For jobs that were read or written here lately. */
  readonly known: StateCache
}

/**
 * Many jobs on Postgres, written by several processes. Removing is the SQL store's. Writing is
 * grouped: every commit that arrives while a group is on its way goes with the next one, in one
 * statement (`writes.ts`). A job's head holds its wake. Where this process has room for what is due
 * at once, the head is written as claimed, and the work begins without a look.
 */
export class PostgresJobStore implements JobStore {
  readonly #deps: PostgresJobStoreDeps
  readonly #store: SqlJobStore
  readonly #journals: Journals
  readonly #creations: Creations
  readonly #commits = new Grouped<JobWrite, Kept | null>(
    // Where no head moves, appending alone is cheaper.
    (group) => this.#writeAll(group, group.some(({ moved }) => moved) ? MOVE : APPEND),
    nextTurn,
  )
  readonly #proposals = new Grouped<JobWrite, Kept | null>((group) => this.#writeAll(group, PROPOSE), nextTurn)
  /** By job, with what they make of it, if that was the newest state during the save. */
  readonly #saves = new UnderWay<JobState | undefined>()
  /** What is committed, or about to be, for the work that begins with it. */
  #begun: JobState | null = null

  constructor(deps: PostgresJobStoreDeps) {
    this.#deps = deps
    this.#store = new SqlJobStore(new PostgresDatabase(deps.pool, deps.retry), { waker: NO_WAKER })
    this.#journals = new Journals(deps)
    this.#creations = new Creations({
      workers: deps.workers,
      writeAll: async (group, begun) => {
        const outcomes = await this.#writeAll(group, CREATE, begun)
        return outcomes.map(({ value }) => ({ value: value !== null }))
      },
      begin: (work, state) => {
        this.#begin(work, state)
      },
    })
  }

  async create(job: QueuedJob, event: JobSubmitted): Promise<Created> {
    // As it would be read, so that later changes to the source objects do not reach it.
    const state = submit(JSON.parse(JSON.stringify(event)) as JobSubmitted)
    if (await this.#creations.add(state, event)) return { job, created: true }
    const taken = await this.load(job.id)
    // Deleted between the two: then the id is free, and an answer may only name a job that is
    // stored.
    return taken ? { job: taken.job, created: false } : this.create(job, event)
  }

  async get(tenantId: string, jobId: string): Promise<JobRecord | null> {
    // Read-your-writes: a client that sees the state before an in-flight commit polls again. Its
    // state is the answer, because it was committed after the request came.
    const state = (await this.#saves.over(jobId)) ?? (await this.load(jobId))
    return state?.job.tenantId === tenantId ? state.job : null
  }

  load(jobId: string): Promise<JobState | null> {
    return this.#begun?.job.id === jobId ? Promise.resolve(this.#begun) : this.#journals.load(jobId)
  }

  async save(state: JobState, events: readonly JobEvent[]): Promise<void> {
    await this.#saves.during(state.job.id, this.#save(state, events))
  }

  events(jobId: string, after: number): Promise<readonly StoredEvent[]> {
    return this.#store.events(jobId, after)
  }

  remove(job: JobRecord): Promise<void> {
    return this.#store.remove(job)
  }

  async #save(state: JobState, events: readonly JobEvent[]): Promise<JobState | undefined> {
    if (await this.#creations.join(state, events)) return undefined
    const { job } = state
    const write = writeOf(state, events)
    const group = write.proposals.length > 0 ? this.#proposals : this.#commits
    const kept = await group.add(write)
    if (kept === null) throw new VersionConflictError(job.id, job.version - events.length)
    return kept === 'now' ? state : undefined
  }

  async #writeAll(
    group: readonly JobWrite[],
    statement: WriteStatement,
    begun: BegunWrites = new Map(),
  ): Promise<readonly { readonly value: Kept | null }[]> {
    const { workers, retry, saveRetry, known } = this.#deps
    // Of two who write what comes after the same event, here as between processes, the first is
    // kept.
    const first = new Map([...group].reverse().map((write) => [keyOf(write.state.job.id, write.seq), write]))
    const writes = [...first].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, write]) => write)
    const wakes = new CommitWakes(workers, writes, begun)
    let kept: ReadonlyMap<JobWrite, Kept> = new Map()
    let unsure = false
    try {
      kept = await (statement === CREATE ? retry : saveRetry).keep(() => {
        // Claims count from the attempt, which may come after a long outage.
        const values = valuesOf(statement, writes, wakes.timeOf)
        const attempt = this.#attempt({ ...statement, values }, { writes, unsure })
        unsure = true
        return attempt
      })
      for (const { state } of kept.keys()) known.set(state.job.id, state)
    } finally {
      wakes.settle(kept, (begin, { state }) => {
        this.#begin(begin, state)
      })
    }
    return group.map((write) => ({ value: kept.get(write) ?? null }))
  }

  /** The work reads `state` before it waits for anything. */
  #begin(work: () => void, state: JobState): void {
    this.#begun = state
    work()
    this.#begun = null
  }

  /** @param unsure whether an attempt before this one may have been kept. */
  async #attempt(
    { name, text, values }: PreparedStatement,
    { writes, unsure }: { readonly writes: readonly JobWrite[]; readonly unsure: boolean },
  ): Promise<ReadonlyMap<JobWrite, Kept>> {
    const { pool } = this.#deps
    // A statement alone is a transaction too.
    const { rows } = await pool.query<WrittenRow>({ name, text, values })
    const before = unsure ? await writtenBefore(pool, writes) : []
    const byKey = new Map(writes.map((write) => [keyOf(write.state.job.id, write.seq), write]))
    const kept = new Map<JobWrite, Kept>()
    const keep = (row: WrittenRow, as: Kept): void => {
      const write = byKey.get(keyOf(row.job_id, row.seq))
      if (write) kept.set(write, as)
    }
    for (const row of before) keep(row, 'before')
    for (const row of rows) keep(row, 'now')
    return kept
  }
}

/** By the last attempt, or by one before it whose answer was lost: others may have written since. */
type Kept = 'now' | 'before'

interface PreparedStatement extends Pick<WriteStatement, 'name' | 'text'> {
  readonly values: string[]
}

interface WrittenRow {
  readonly job_id: string
  readonly seq: number
}

/** What stands in the journals exactly as it was to be written. */
async function writtenBefore(pool: pg.Pool, writes: readonly JobWrite[]): Promise<readonly WrittenRow[]> {
  const text = `SELECT journal.job_id, journal.seq FROM unnest($1::text[], $2::bigint[], $3::text[]) AS said (job_id, seq, events)
                JOIN journal USING (job_id, seq, events)`
  const values = [
    writes.map(({ state }) => state.job.id),
    writes.map(({ seq }) => seq),
    writes.map(({ events }) => events),
  ]
  return (await pool.query<WrittenRow>({ text, values })).rows
}

/** Wakes are written with the heads. */
const NO_WAKER = { wakeAt: () => Promise.resolve() }
