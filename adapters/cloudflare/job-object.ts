/// <reference types="@cloudflare/workers-types" />
import { DurableObject } from 'cloudflare:workers'
import type { RedeliverCommand } from '#application/callback/redeliver.ts'
import type { DeleteJobCommand } from '#application/job/delete-job.ts'
import type { ResolveCallCommand } from '#application/job/resolve-call.ts'
import type { WaitForJobQuery } from '#application/job/wait-for-job.ts'
import type { WatchJobQuery } from '#application/job/watch-job.ts'
import type { JobCommand } from '#application/job/write-to-job.ts'
import type { DecideProposalCommand } from '#application/write/decide-proposal.ts'
import type { JobSubmitted } from '#domain/job/event.ts'
import type { JobRecord } from '#domain/job/job.ts'
import type { Clock } from '#ports/clock.ts'
import type { JobIndexWriter } from '#ports/job-index.ts'
import type { Logger } from '#ports/logger.ts'
import type { ProposalIndexWriter } from '#ports/proposal-index.ts'
import type { AlarmsInPlace } from './alarms-in-place.ts'
import type { JobApp } from './job-app.ts'
import { JobKeeper, type JobWorld } from './job-keeper.ts'
import type { JobAnswer, JobNamespace, JobStub, Refusal } from './job-stub.ts'

/** What an object needs from the Worker's environment. */
export interface JobObjectParts<Env> {
  /** Gives an object the use-cases of its job. */
  readonly compose: (env: Env, world: JobWorld) => JobApp
  readonly index: (env: Env) => JobIndexWriter
  readonly proposals: (env: Env) => ProposalIndexWriter
  /** Counts the end of a job in its batch. */
  readonly endItem: (env: Env, job: JobRecord) => Promise<void>
  /** Where the objects of this class are found. */
  readonly objects: (env: Env) => JobNamespace
  readonly logger: (env: Env) => Logger
  readonly clock: Clock
  readonly alarms: AlarmsInPlace<Env>
}

/** The class of the objects that hold one job each, named by the job's id: its record, its journal and its alarm. */
export function createAgentJob<Env>(parts: JobObjectParts<Env>) {
  return class AgentJob extends DurableObject<Env> implements JobStub {
    readonly #keeper = keeperOf(parts, this.env, this.ctx)

    create(event: JobSubmitted): Promise<JobRecord | null> {
      return this.#keeper.create(event)
    }

    find(tenantId: string, jobId: string): Promise<JobRecord | null> {
      return this.#keeper.find(tenantId, jobId)
    }

    wait(query: Omit<WaitForJobQuery, 'signal'>): Promise<JobRecord | null> {
      return this.#keeper.wait(query)
    }

    lookAfter(): Promise<boolean> {
      return this.#keeper.lookAfter()
    }

    lookAfterAll(jobIds: readonly string[]): Promise<readonly string[]> {
      return this.#keeper.lookAfterAll(jobIds)
    }

    cancel(command: JobCommand): Promise<JobAnswer> {
      return this.#keeper.cancel(command)
    }

    resolve(command: ResolveCallCommand): Promise<JobAnswer> {
      return this.#keeper.resolve(command)
    }

    redeliver(command: RedeliverCommand): Promise<JobAnswer> {
      return this.#keeper.redeliver(command)
    }

    decide(command: DecideProposalCommand): Promise<JobAnswer> {
      return this.#keeper.decide(command)
    }

    remove(command: DeleteJobCommand): Promise<Refusal | null> {
      return this.#keeper.remove(command)
    }

    watch(query: Omit<WatchJobQuery, 'signal'>): Promise<ReadableStream<Uint8Array> | null> {
      return this.#keeper.watch(query)
    }

    /** The platform calls this at least once for every alarm, and never twice at the same time. */
    override alarm(): Promise<void> {
      return parts.alarms.run(this.env, this.ctx, () => this.#keeper.wake())
    }
  }
}

function keeperOf<Env>(parts: JobObjectParts<Env>, env: Env, state: DurableObjectState): JobKeeper {
  const { compose, index, proposals, endItem, objects, logger, clock } = parts
  return new JobKeeper({
    storage: state.storage,
    compose: (world) => compose(env, world),
    index: index(env),
    proposals: proposals(env),
    endItem: (job) => endItem(env, job),
    objects: () => objects(env),
    logger: logger(env),
    clock,
    jobId: () => jobIdIn(state.id),
    waitUntil: (work) => {
      state.waitUntil(work)
    },
  })
}

function jobIdIn({ name }: DurableObjectId): string {
  if (name === undefined) throw new Error('An AgentJob was reached by id, not by the name of its job.')
  return name
}
