/// <reference types="@cloudflare/workers-types" />
import { DurableObject } from 'cloudflare:workers'
import type { ResolveCallCommand } from '#application/resolve-call.ts'
import type { WatchJobQuery } from '#application/watch-job.ts'
import type { JobKey } from '#application/write-to-job.ts'
import type { JobSubmitted } from '#domain/job/event.ts'
import type { JobRecord, QueuedJob } from '#domain/job/job.ts'
import type { JobStore } from '#ports/job-store.ts'
import type { Waker } from '#ports/waker.ts'
import { type JobApp, JobKeeper } from './job-keeper.ts'
import type { JobAnswer, JobStub } from './job-stub.ts'
import { type WatchNamespace, watchFor } from './watch-object.ts'

/** Gives an object the use-cases of its job. */
export type ComposeJob<Env> = (env: Env, world: { readonly jobs: JobStore; readonly waker: Waker }) => JobApp

/** The class of the objects that hold one job each, named by the job's id: its record, its journal and its alarm. */
export function createAgentJob<Env>(compose: ComposeJob<Env>, watchesOf: (env: Env) => WatchNamespace) {
  return class AgentJob extends DurableObject<Env> implements JobStub {
    readonly #keeper = new JobKeeper({
      storage: this.ctx.storage,
      compose: (world) => compose(this.env, world),
      jobId: () => this.#jobId(),
      watch: () => watchFor(watchesOf(this.env), this.#jobId()),
      waitUntil: (work) => {
        this.ctx.waitUntil(work)
      },
    })

    create(job: QueuedJob, event: JobSubmitted): Promise<void> {
      return this.#keeper.create(job, event)
    }

    find(tenantId: string, jobId: string): Promise<JobRecord | null> {
      return this.#keeper.find(tenantId, jobId)
    }

    lookAfter(): Promise<number | null> {
      return this.#keeper.lookAfter()
    }

    cancel(key: JobKey): Promise<JobAnswer> {
      return this.#keeper.cancel(key)
    }

    resolve(command: ResolveCallCommand): Promise<JobAnswer> {
      return this.#keeper.resolve(command)
    }

    watch(query: Omit<WatchJobQuery, 'signal'>): Promise<ReadableStream<Uint8Array> | null> {
      return this.#keeper.watch(query)
    }

    /** The platform calls this at least once for every alarm, and never twice at the same time. */
    override alarm(): Promise<void> {
      return this.#keeper.wake()
    }

    #jobId(): string {
      const { name } = this.ctx.id
      if (name === undefined) throw new Error('An AgentJob was reached by id, not by the name of its job.')
      return name
    }
  }
}
