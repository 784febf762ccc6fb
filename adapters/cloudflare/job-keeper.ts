import type { DurableObjectStorage } from '@cloudflare/workers-types'
import { eventsOpener } from '#adapters/http/sse.ts'
import type { DeleteJobCommand } from '#application/job/delete-job.ts'
import type { RedeliverCommand } from '#application/callback/redeliver.ts'
import type { ResolveCallCommand } from '#application/job/resolve-call.ts'
import type { WaitForJobQuery } from '#application/job/wait-for-job.ts'
import type { WatchJobQuery } from '#application/job/watch-job.ts'
import type { JobCommand } from '#application/job/write-to-job.ts'
import type { DecideProposalCommand } from '#application/write/decide-proposal.ts'
import { AppError } from '#domain/app-error.ts'
import { NewerFormatError } from '#domain/storage/errors.ts'
import { mayClaim } from '#domain/job/claim.ts'
import type { JobSubmitted } from '#domain/job/event.ts'
import type { JobRecord } from '#domain/job/job.ts'
import { restMs } from '#domain/job/leave.ts'
import { submit } from '#domain/job/replay.ts'
import { isExecution, nextWake } from '#domain/job/wake.ts'
import type { Clock } from '#ports/clock.ts'
import type { JobIndexWriter } from '#ports/job-index.ts'
import type { JobStore } from '#ports/job-store.ts'
import type { ProposalIndexWriter } from '#ports/proposal-index.ts'
import type { Logger } from '#ports/logger.ts'
import type { Waker } from '#ports/waker.ts'
import { IndexFeed } from './index-feed.ts'
import type { JobApp } from './job-app.ts'
import { inParallel } from './in-parallel.ts'
import { answer } from './job-home.ts'
import { type JobAnswer, type JobNamespace, type JobStub, type Refusal, refusalOf } from './job-stub.ts'
import { ObjectJobStore } from './job-store.ts'
import { DurableObjectDatabase } from './database.ts'
import { AlarmWaker } from './waker.ts'

/** What an object hands to the use-cases of its job. */
export interface JobWorld {
  readonly jobs: JobStore
  readonly waker: Waker
}

export interface JobKeeperOptions {
  readonly storage: DurableObjectStorage
  readonly compose: (world: JobWorld) => JobApp
  readonly index: JobIndexWriter
  readonly proposals: ProposalIndexWriter
  /** See `IndexFeed`. */
  readonly endItem: (job: JobRecord) => Promise<void>
  /** The objects of all jobs. */
  readonly objects: () => JobNamespace
  readonly logger: Logger
  readonly clock: Clock
  readonly jobId: () => string
  /** Lets work go on after the answer. */
  readonly waitUntil: (work: Promise<void>) => void
}

const NEVER = new AbortController().signal
const AGAIN_MS = 60_000
/** Connections of one invocation at once (https://developers.cloudflare.com/workers/platform/limits/). */
const CALLS_AT_ONCE = 6

/** Keeps one job in the storage of its object: all that the object's class does, without the class. */
export class JobKeeper implements JobStub {
  readonly #options: JobKeeperOptions
  readonly #alarm: AlarmWaker
  readonly #jobs: ObjectJobStore
  readonly #index: IndexFeed
  #composed: JobApp | null = null
  #isAwake = false

  constructor(options: JobKeeperOptions) {
    this.#options = options
    this.#alarm = new AlarmWaker(options.storage, options.clock)
    this.#index = new IndexFeed({ ...options, alarm: this.#alarm })
    this.#jobs = new ObjectJobStore(new DurableObjectDatabase(options.storage), this.#index)
  }

  /** Not before it is needed: a submission needs none of it. */
  get #app(): JobApp {
    return (this.#composed ??= this.#options.compose({ jobs: this.#jobs, waker: this.#index }))
  }

  async create(event: JobSubmitted): Promise<JobRecord | null> {
    const { job, created } = await this.#jobs.create(submit(event).job, event)
    return created ? null : job
  }

  async find(tenantId: string, jobId: string): Promise<JobRecord | null> {
    const job = await this.#jobs.get(tenantId, jobId)
    if (job && this.#isForgotten(job)) await this.#setGoing()
    return job
  }

  async wait(query: Omit<WaitForJobQuery, 'signal'>): Promise<JobRecord | null> {
    const job = await this.find(query.tenantId, query.jobId)
    return job && this.#app.waitForJob.execute({ ...query, signal: NEVER })
  }

  async lookAfter(): Promise<boolean> {
    try {
      const job = await this.#load()
      if (!job) return false
      if (this.#isForgotten(job)) await this.#setGoing()
      await this.#index.settle(job)
    } catch (error) {
      await this.#alarm.ensure(this.#whenNewer(error))
    }
    return true
  }

  async lookAfterAll(jobIds: readonly string[]): Promise<readonly string[]> {
    const { objects, index, logger } = this.#options
    const failed: string[] = []
    await inParallel(jobIds, CALLS_AT_ONCE, async (jobId) => {
      try {
        const object = jobId === this.#options.jobId() ? this : objects().getByName(jobId)
        if (!(await object.lookAfter())) await index.remove(jobId)
      } catch (error) {
        logger.error('A job could not be looked after; it will be tried again.', error, { jobId })
        failed.push(jobId)
      }
    })
    return failed
  }

  cancel(command: JobCommand): Promise<JobAnswer> {
    return this.#write(() => this.#app.cancelJob.execute(command))
  }

  resolve(command: ResolveCallCommand): Promise<JobAnswer> {
    return this.#write(() => this.#app.resolveCall.execute(command))
  }

  redeliver(command: RedeliverCommand): Promise<JobAnswer> {
    return this.#write(() => this.#app.redeliver.execute(command))
  }

  decide(command: DecideProposalCommand): Promise<JobAnswer> {
    return this.#write(() => this.#app.decideProposal.execute(command))
  }

  async remove(command: DeleteJobCommand): Promise<Refusal | null> {
    try {
      await this.#app.deleteJob.execute(command)
      return null
    } catch (error) {
      if (error instanceof AppError) return refusalOf(error)
      throw error
    }
  }

  async watch(query: Omit<WatchJobQuery, 'signal'>): Promise<ReadableStream<Uint8Array> | null> {
    const job = await this.find(query.tenantId, query.jobId)
    return job && eventsOpener(this.#app.watchJob)(query)
  }

  /**
   * The work of an alarm: executes, delivers, writes and deletes what is due. Until that is done the alarm stands.
   * @throws when the store fails under an attempt: then the platform repeats the alarm, and in the end the sweep finds
   * the job.
   */
  async wake(): Promise<void> {
    const { logger, jobId } = this.#options
    this.#alarm.fired()
    this.#isAwake = true
    try {
      await this.#doWhatIsDue()
      // Not waited for: the next alarm must not wait for a collector.
      this.#options.waitUntil(this.#app.flushTelemetry())
    } catch (error) {
      const at = this.#whenNewer(error)
      this.#alarm.done()
      await this.#alarm.wakeAt(null, { kind: 'run', at })
      logger.warn('A job was written by a newer release and is left to it.', { jobId: jobId(), reason: String(error) })
    } finally {
      this.#alarm.done()
      this.#isAwake = false
    }
  }

  async #doWhatIsDue(): Promise<void> {
    const { clock, logger } = this.#options
    const jobId = this.#options.jobId()
    const { executeJob, deliverCallbacks, carryOutWrites, deleteJob, executor } = this.#app
    const job = await this.#load()
    if (job && mayClaim(job, executor, clock.now())) await executeJob.execute(jobId, NEVER)
    try {
      await deliverCallbacks.execute(jobId, NEVER)
      await carryOutWrites.execute(jobId, NEVER)
      if (!(await deleteJob.expire(jobId)))
        await this.#settle(() => {
          this.#alarm.done()
        })
    } catch (error) {
      // Thrown on, it would be tried six times in a row and then never again.
      logger.error('A job could not be brought to rest; it will be tried again.', error, { jobId })
      this.#alarm.done()
      await this.#alarm.wakeAt(job, { kind: 'run', at: clock.now() + AGAIN_MS })
    }
  }

  /** When to look again at a job that a newer release has written. The platform repeats an alarm that throws six times, and then never again. @throws any other error */
  #whenNewer(error: unknown): number {
    if (!(error instanceof NewerFormatError)) throw error
    const now = this.#options.clock.now()
    return now + restMs(now - this.#jobs.writtenAt())
  }

  async #write(work: () => Promise<JobRecord>): Promise<JobAnswer> {
    const said = await answer(work)
    if ('job' in said) this.#options.waitUntil(this.#settle().then(() => this.#app.flushTelemetry()))
    return said
  }

  #isForgotten(job: JobRecord): boolean {
    if (this.#isAwake) return false
    const now = this.#options.clock.now()
    const wake = nextWake(job)
    return mayClaim(job, this.#app.executor, now) || (!isExecution(wake.kind) && wake.at <= now)
  }

  /** A read of an overdue job starts it again, because alarms have been lost in practice. */
  async #setGoing(): Promise<void> {
    await this.#alarm.ensure(this.#options.clock.now())
  }

  /** At rest: the index knows, and the alarm is that of the job alone. What is written meanwhile is settled too. */
  async #settle(told: () => void = () => undefined): Promise<void> {
    for (let job = await this.#load(); job; job = await this.#movedOn(job)) {
      await this.#index.settle(job)
      if (await this.#movedOn(job)) continue
      told()
      await this.#index.settleAlarm(nextWake(job))
    }
  }

  /** The job, if it was written to since. */
  async #movedOn({ version }: JobRecord): Promise<JobRecord | null> {
    const job = await this.#load()
    return job?.version === version ? null : job
  }

  async #load(): Promise<JobRecord | null> {
    return (await this.#jobs.load(this.#options.jobId()))?.job ?? null
  }
}
