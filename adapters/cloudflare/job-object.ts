/// <reference types="@cloudflare/workers-types" />
import { DurableObject } from 'cloudflare:workers'
import { eventsOpener } from '#adapters/http/sse.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { SqlJobStore, jobSchema } from '#adapters/sql/job-store.ts'
import type { CancelJob } from '#application/cancel-job.ts'
import type { ExecuteJob } from '#application/execute-job.ts'
import type { ResolveCall, ResolveCallCommand } from '#application/resolve-call.ts'
import type { WatchJob, WatchJobQuery } from '#application/watch-job.ts'
import type { JobKey } from '#application/write-to-job.ts'
import { JobNotFoundError } from '#domain/errors.ts'
import { type Executor, mayClaim } from '#domain/job/claim.ts'
import type { JobSubmitted } from '#domain/job/event.ts'
import type { JobRecord, QueuedJob } from '#domain/job/job.ts'
import type { JobStore } from '#ports/job-store.ts'
import type { Waker } from '#ports/waker.ts'
import { answer } from './job-home.ts'
import type { JobAnswer, JobStub } from './job-stub.ts'
import { DurableObjectDatabase } from './sql.ts'
import { AlarmWaker } from './waker.ts'

/** Gives an object the use-cases of its job, and its name as an executor. */
export type ComposeJob<Env> = (
  env: Env,
  world: { readonly jobs: JobStore; readonly waker: Waker },
) => {
  readonly executeJob: ExecuteJob
  readonly cancelJob: CancelJob
  readonly resolveCall: ResolveCall
  readonly watchJob: WatchJob
  readonly executor: Executor
}

/** The class of the objects that hold one job each, named by the job's id: its record, its journal and its alarm. */
export function createAgentJob<Env>(compose: ComposeJob<Env>) {
  return class AgentJob extends DurableObject<Env> implements JobStub {
    readonly #db = new DurableObjectDatabase(this.ctx.storage)
    readonly #jobs = new SqlJobStore(this.#db, new AlarmWaker(this.ctx.storage))
    readonly #app = compose(this.env, { jobs: this.#jobs, waker: new AlarmWaker(this.ctx.storage) })

    async create(job: QueuedJob, event: JobSubmitted): Promise<void> {
      await migrate(this.#db, jobSchema)
      await this.#jobs.create(job, event)
    }

    async find(tenantId: string, jobId: string): Promise<JobRecord | null> {
      if (!this.#db.hasTables()) return null
      const job = await this.#jobs.get(tenantId, jobId)
      if (job) await this.#heal(job)
      return job
    }

    cancel(key: JobKey): Promise<JobAnswer> {
      return this.#write(key, () => this.#app.cancelJob.execute(key))
    }

    resolve(command: ResolveCallCommand): Promise<JobAnswer> {
      return this.#write(command, () => this.#app.resolveCall.execute(command))
    }

    async watch(query: Omit<WatchJobQuery, 'signal'>): Promise<ReadableStream<Uint8Array> | null> {
      if (!(await this.find(query.tenantId, query.jobId))) return null
      return eventsOpener(this.#app.watchJob)(query)
    }

    #write({ jobId }: JobKey, work: () => Promise<JobRecord>): Promise<JobAnswer> {
      return answer(() => (this.#db.hasTables() ? work() : Promise.reject(new JobNotFoundError(jobId))))
    }

    /** Whoever asks for a job that should be in execution and is not sets it going again: alarms have been lost in practice. */
    async #heal(job: JobRecord): Promise<void> {
      const now = Date.now()
      if (!mayClaim(job, this.#app.executor, now)) return
      const alarm = await this.ctx.storage.getAlarm()
      if (alarm === null || alarm > now) await this.ctx.storage.setAlarm(now)
    }

    /** The platform calls this at least once for every alarm, and never twice at the same time. */
    override async alarm(): Promise<void> {
      const jobId = this.ctx.id.name
      if (jobId === undefined) throw new Error('An AgentJob was reached by id, not by the name of its job.')
      await this.#app.executeJob.execute(jobId, new AbortController().signal)
    }
  }
}
