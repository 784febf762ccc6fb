import type { SqlDatabase } from '#adapters/sql/database.ts'
import type { HeldLease } from '#application/execution/lease-watch.ts'
import type { Agent } from '#domain/agent/agent.ts'
import type { Executor } from '#domain/job/claim.ts'
import type { RecordKind, Stored } from '#domain/record/kind.ts'
import type { TenantPolicies } from '#domain/tenant/policy.ts'
import type { Crowded } from '#ports/callback-sender.ts'
import type { Clock } from '#ports/clock.ts'
import type { IdGenerator } from '#ports/id-generator.ts'
import type { JobFeed } from '#ports/job-feed.ts'
import type { JobIndex } from '#ports/job-index.ts'
import type { JobStore } from '#ports/job-store.ts'
import type { Logger } from '#ports/logger.ts'
import type { ProposalIndex } from '#ports/proposal-index.ts'
import type { RecordList, RecordStore } from '#ports/record-store.ts'
import type { StorageProbe } from '#ports/storage-probe.ts'
import type { UsageLedger } from '#ports/usage-ledger.ts'
import type { Waker } from '#ports/waker.ts'

/** What a storage needs of the world. */
export interface StorageWorld {
  readonly clock: Clock
  readonly ids: IdGenerator
  readonly logger: Logger
}

/** What is still to be done: at a time (epoch ms), or once the receiver has a place for it. `null` where what is stored says it all. */
export type Left = number | Crowded | null

/** What is done for records of one kind when they are due. */
export interface RecordWork {
  readonly kind: string
  /** At once in this process. */
  readonly places: number
  readonly execute: (id: string) => Promise<number | null>
}

/** What is done when its time has come. Each is harmless to repeat, and throws when it is to be tried again. */
export interface Work {
  run(jobId: string, signal: AbortSignal): Promise<void>
  deliver(jobId: string, signal: AbortSignal): Promise<Crowded | null>
  /** Carries out what was asked of the job's writes. */
  write(jobId: string, signal: AbortSignal): Promise<void>
  expire(jobId: string): Promise<unknown>
  readonly records: readonly RecordWork[]
  /** Whether the job is held by an executor that is known to be dead. */
  isLeftBehind(jobId: string): Promise<boolean>
  /** Takes note of all leases that the storage holds now, and returns the ids of jobs whose lease has ended. */
  observeLeases(leases: readonly HeldLease[]): ReadonlySet<string>
  /** Has the attempt at a job that is under way in this process stopped, if the journal says that it is to stop. */
  stopIfCanceled(jobId: string): Promise<void>
}

export interface EngineOptions {
  /** Most jobs in execution at once in this process. */
  readonly concurrency: number
  readonly tenants: TenantPolicies
  /** Those that have a limit have places of their own. */
  readonly agents: readonly Pick<Agent, 'name' | 'maxConcurrency'>[]
  /** Tenants that may submit jobs: each has a key. */
  readonly knownTenants: () => Promise<readonly string[]>
}

export interface Engine {
  start(): Promise<void>
  /** Begins nothing more; lets what is in hand finish for `graceMs`, then stops it where it is. It goes on elsewhere, or at the next start. */
  drain(graceMs: number): Promise<void>
}

/** Everything that depends on which database it is, on Node. */
export interface NodeStorage {
  /** Where the data is, for people. */
  readonly place: string
  /** Leaves word for the command line of where the server listens, if the data is one server's. */
  readonly note: (url: string) => void
  readonly db: SqlDatabase
  readonly probe: StorageProbe
  readonly jobs: JobStore
  /** The same, for executors: a save waits until the storage can be used again. */
  readonly executedJobs: JobStore
  readonly index: JobIndex
  readonly proposals: ProposalIndex
  readonly usage: UsageLedger
  recordsOf<T extends Stored>(kind: RecordKind<T>): RecordStore<T> & RecordList<T>
  readonly feed: JobFeed
  readonly waker: Waker
  /** How jobs are held while they are in execution. */
  readonly lease: Pick<Executor, 'leaseMs' | 'alone'>
  /** Has the attempt at a job stopped wherever else it may be under way. */
  interruptElsewhere(jobId: string): void
  /** Called before anything is served. @throws {StartError} when another server has what only one may have. */
  serve(): Promise<void>
  createEngine(work: Work, options: EngineOptions): Engine
  close(): Promise<void>
}
