import type { DurableObjectStorage } from '@cloudflare/workers-types'
import { eventsOpener } from '#adapters/http/sse.ts'
import { SqlJobStore, jobSchema } from '#adapters/sql/job-store.ts'
import { migrate } from '#adapters/sql/schema.ts'
import type { CancelJob } from '#application/cancel-job.ts'
import type { ExecuteJob } from '#application/execute-job.ts'
import type { ResolveCall, ResolveCallCommand } from '#application/resolve-call.ts'
import type { WatchJob, WatchJobQuery } from '#application/watch-job.ts'
import type { JobKey } from '#application/write-to-job.ts'
import { JobNotFoundError } from '#domain/errors.ts'
import { type Executor, mayClaim } from '#domain/job/claim.ts'
import type { JobSubmitted } from '#domain/job/event.ts'
import { type JobRecord, type QueuedJob, isFinished } from '#domain/job/job.ts'
import { nextWakeAt } from '#domain/job/wake.ts'
import type { JobStore } from '#ports/job-store.ts'
import type { Waker } from '#ports/waker.ts'
import { answer } from './job-home.ts'
import type { JobAnswer, JobStub } from './job-stub.ts'
import { DurableObjectDatabase } from './sql.ts'
import type { WatchStub } from './watch-object.ts'
import { AlarmWaker, ensureAlarm } from './waker.ts'

/** The use-cases of a job, and the name as an executor that this instance of its object has. */
export interface JobApp {
  readonly executeJob: ExecuteJob
  readonly cancelJob: CancelJob
  readonly resolveCall: ResolveCall
  readonly watchJob: WatchJob
  readonly executor: Executor
}

export interface JobKeeperOptions {
  readonly storage: DurableObjectStorage
  readonly compose: (world: { readonly jobs: JobStore; readonly waker: Waker }) => JobApp
  readonly jobId: () => string
  readonly watch: () => WatchStub
  /** Lets work go on after the answer. */
  readonly waitUntil: (work: Promise<void>) => void
}

/** Keeps one job in the storage of its object: all that the object's class does, without the class. */
export class JobKeeper implements JobStub {
  readonly #options: JobKeeperOptions
  readonly #db: DurableObjectDatabase
  readonly #jobs: SqlJobStore
  readonly #app: JobApp

  constructor(options: JobKeeperOptions) {
    const waker = new AlarmWaker(options.storage)
    this.#options = options
    this.#db = new DurableObjectDatabase(options.storage)
    this.#jobs = new SqlJobStore(this.#db, waker)
    this.#app = options.compose({ jobs: this.#jobs, waker })
  }

  async create(job: QueuedJob, event: JobSubmitted): Promise<void> {
    await migrate(this.#db, jobSchema)
    await this.#jobs.create(job, event)
    // Not waited for: the job has its own alarm, and the watch is for when that is lost.
    this.#options.waitUntil(this.#options.watch().watch(job.id, job.runAt))
  }

  async find(tenantId: string, jobId: string): Promise<JobRecord | null> {
    if (!this.#db.hasTables()) return null
    const job = await this.#jobs.get(tenantId, jobId)
    if (job) await this.#heal(job)
    return job
  }

  async lookAfter(): Promise<number | null> {
    const job = await this.#load()
    if (!job) return null
    await this.#heal(job)
    return nextWakeAt(job)
  }

  async cancel(key: JobKey): Promise<JobAnswer> {
    const said = await this.#write(key, () => this.#app.cancelJob.execute(key))
    await this.#forgetIfFinished()
    return said
  }

  async resolve(command: ResolveCallCommand): Promise<JobAnswer> {
    const said = await this.#write(command, () => this.#app.resolveCall.execute(command))
    const job = await this.#load()
    const lookAt = job && nextWakeAt(job)
    if (lookAt !== null) this.#options.waitUntil(this.#options.watch().watch(command.jobId, lookAt))
    await this.#forgetIfFinished()
    return said
  }

  async watch(query: Omit<WatchJobQuery, 'signal'>): Promise<ReadableStream<Uint8Array> | null> {
    const job = await this.find(query.tenantId, query.jobId)
    return job && eventsOpener(this.#app.watchJob)(query)
  }

  /** Does whatever is due. */
  async wake(): Promise<void> {
    await this.#app.executeJob.execute(this.#options.jobId(), new AbortController().signal)
    await this.#forgetIfFinished()
  }

  #write({ jobId }: JobKey, work: () => Promise<JobRecord>): Promise<JobAnswer> {
    return answer(() => (this.#db.hasTables() ? work() : Promise.reject(new JobNotFoundError(jobId))))
  }

  /** Whoever asks for a job that should be in execution and is not sets it going again: alarms have been lost in practice. */
  async #heal(job: JobRecord): Promise<void> {
    const now = Date.now()
    if (mayClaim(job, this.#app.executor, now)) await ensureAlarm(this.#options.storage, now, now)
  }

  async #forgetIfFinished(): Promise<void> {
    const job = await this.#load()
    if (job && isFinished(job)) this.#options.waitUntil(this.#options.watch().forget(job.id))
  }

  async #load(): Promise<JobRecord | null> {
    return this.#db.hasTables() ? this.#jobs.load(this.#options.jobId()) : null
  }
}
