import { JobNotFoundError, JobNotFinishedError, OutcomeUnknownError } from '#domain/job/errors.ts'
import { VersionConflictError } from '#domain/storage/errors.ts'
import { type JobRecord, isFinished } from '#domain/job/job.ts'
import { nextWrite } from '#domain/write/due.ts'
import { WriteUnderWayError } from '#domain/write/errors.ts'
import { unknownCallsOf } from '#domain/job/unknown-calls.ts'
import { nextWake } from '#domain/job/wake.ts'
import { type Actor, RETENTION } from '#domain/tenant/actor.ts'
import type { Clock } from '#ports/clock.ts'
import type { JobStore } from '#ports/job-store.ts'
import type { Logger } from '#ports/logger.ts'
import { about } from './log-fields.ts'
import type { JobCommand } from './write-to-job.ts'

export interface DeleteJobDeps {
  readonly jobs: Pick<JobStore, 'get' | 'load' | 'remove'>
  readonly clock: Clock
  readonly logger: Logger
}

export interface DeleteJobCommand extends JobCommand {
  /** Epoch ms. A job that ended later is not meant, nor one submitted later: a deleted job's idempotency key gives the next one its id. */
  readonly asOf?: number
}

const MOST_TRIES = 20

/** Deletes a finished job with all that belongs to it, on request or after its retention. */
export class DeleteJob {
  readonly #deps: DeleteJobDeps

  constructor(deps: DeleteJobDeps) {
    this.#deps = deps
  }

  /**
   * Callbacks that are still due are dropped with it.
   * @throws {JobNotFoundError} {JobNotFinishedError} {OutcomeUnknownError} {WriteUnderWayError}
   */
  async execute({ tenantId, jobId, by, asOf = Infinity }: DeleteJobCommand): Promise<void> {
    const { jobs } = this.#deps
    for (let tries = 1; ; tries++) {
      const job = await jobs.get(tenantId, jobId)
      if (!job || job.createdAt > asOf) throw new JobNotFoundError(jobId)
      refuseUnsettled(job, asOf)
      try {
        await jobs.remove(job)
        this.#log(job, by)
        return
      } catch (error) {
        // A message that has just arrived is written down.
        if (!(error instanceof VersionConflictError) || tries === MOST_TRIES) throw error
      }
    }
  }

  /** Says whether the job's time was over, and it is gone. */
  async expire(jobId: string): Promise<boolean> {
    const { jobs, clock } = this.#deps
    const job = (await jobs.load(jobId))?.job
    if (!job) return true
    const { kind, at } = nextWake(job)
    if (kind !== 'expire' || at > clock.now()) return false
    try {
      await jobs.remove(job)
      this.#log(job, RETENTION)
      return true
    } catch (error) {
      // A caller requested a redelivery: the job is kept until that is done.
      if (error instanceof VersionConflictError) return false
      throw error
    }
  }

  /** The only record of who deleted the job: its journal is gone. */
  #log(job: JobRecord, by: Actor): void {
    this.#deps.logger.info('A job was deleted.', { ...about(job), by })
  }
}

/** @throws {JobNotFinishedError} {OutcomeUnknownError} {WriteUnderWayError} */
function refuseUnsettled(job: JobRecord, asOf: number): void {
  if (!isFinished(job) || job.finishedAt > asOf) throw new JobNotFinishedError(job.id, job.status)
  const unknown = unknownCallsOf(job)
  if (unknown.length > 0) throw new OutcomeUnknownError(job.id, unknown)
  const write = nextWrite(job)
  if (write) throw new WriteUnderWayError(job.id, write)
}
