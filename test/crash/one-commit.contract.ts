import { deepStrictEqual } from 'node:assert/strict'
import type { SqlDatabase, SqlRow, SqlValue, Statement } from '#adapters/sql/database.ts'
import { SqlJobStore } from '#adapters/sql/job-store.ts'
import type { JobEvent } from '#domain/job/event.ts'
import { nextWakeAt } from '#domain/job/wake.ts'
import type { JobStore } from '#ports/job-store.ts'
import type { ContractCase } from '#test/contracts/contract.ts'
import { T0, after, started, submitted } from '#test/support/fixtures.ts'

/** Opens the store of a process over the database, which other processes had before and will have after it. */
export interface OneCommitSubject {
  readonly db: SqlDatabase
  open(db: SqlDatabase): JobStore
}

/** A store on SQL, each process of which begins without a memory of its own. */
export function sqlStore(db: SqlDatabase): JobStore {
  return new SqlJobStore(db, { waker: { wakeAt: () => Promise.resolve() } })
}

const WAITS: readonly JobEvent[] = [
  started(T0),
  {
    type: 'job.waiting',
    at: T0,
    wait: { reason: 'retry', until: T0 + 5000, error: { code: 'model_failed', message: '' } },
  },
]

const FAILED: readonly JobEvent[] = [{ type: 'job.failed', at: T0, error: { code: 'model_failed', message: '' } }]

interface Operation {
  readonly name: string
  /** Called on a job that is stored, except for `create`. */
  act(store: JobStore, job: ReturnType<typeof submitted>): Promise<unknown>
}

const OPERATIONS: readonly Operation[] = [
  { name: 'create', act: (store, { job, event }) => store.create(job, event) },
  { name: 'a save that moves the wake', act: (store, { state }) => store.save(after(state, WAITS), WAITS) },
  { name: 'a save that ends the job', act: (store, { state }) => store.save(after(state, FAILED), FAILED) },
  { name: 'remove', act: (store, { job }) => store.remove(job) },
]

/**
 * A process that dies inside a call of its store, after every commit that the call makes: what is found then is the job and its wake, as they
 * were or as they were to be, and never one without the other.
 */
export const oneCommitContract: readonly ContractCase<OneCommitSubject>[] = OPERATIONS.map(({ name, act }) => ({
  name: `${name} is one commit`,
  async run({ db, open }) {
    for (const commits of [0, 1, 2, 3, 4, 5]) {
      const job = submitted()
      if (name !== 'create') await open(db).create(job.job, job.event)
      const counted = await endsCounted(db)
      const died = Promise.withResolvers<undefined>()
      const store = open(new MortalDatabase(db, commits, died.resolve))
      await Promise.race([act(store, job), died.promise])
      const state = await open(db).load(job.job.id)
      const heads = await db.query('SELECT wake_at, version FROM jobs WHERE id = ?', job.job.id)
      const expected = state ? [{ wake_at: nextWakeAt(state.job), version: state.job.version }] : []
      deepStrictEqual(
        heads.map((head) => ({ ...head })),
        expected,
        `after ${String(commits)} commits`,
      )
      const ends = state?.job.status === 'failed' ? 1 : 0
      deepStrictEqual((await endsCounted(db)) - counted, ends, `counted after ${String(commits)} commits`)
    }
  },
}))

/** Of all jobs, by the ledger. */
async function endsCounted(db: SqlDatabase): Promise<number> {
  const [row] = await db.query('SELECT COALESCE(SUM(failed), 0) AS n FROM usage_days')
  return Number(row?.['n'])
}

/** Commits so often; then its process is dead, and nothing that it asks for is answered. */
class MortalDatabase implements SqlDatabase {
  readonly #db: SqlDatabase
  readonly #die: (value: undefined) => void
  #commits: number

  constructor(db: SqlDatabase, commits: number, die: (value: undefined) => void) {
    this.#db = db
    this.#commits = commits
    this.#die = die
  }

  query(sql: string, ...params: readonly SqlValue[]): Promise<readonly SqlRow[]> {
    return this.#db.query(sql, ...params)
  }

  async batch(statements: readonly Statement[]): Promise<boolean> {
    if (this.#commits-- > 0) return this.#db.batch(statements)
    this.#die(undefined)
    return new Promise(() => undefined)
  }
}
