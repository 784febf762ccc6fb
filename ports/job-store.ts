import type { JobEvent, JobSubmitted, StoredEvent } from '#domain/job/event.ts'
import type { JobRecord, QueuedJob } from '#domain/job/job.ts'
import type { JobState } from '#domain/job/replay.ts'

/** What routes need of the store. Where each job has a home of its own, that answers it. */
export interface JobIntake {
  /**
   * Stores a new job with its first event, and sees to it that it is woken at `nextWakeAt(job)`. Where the id is taken,
   * nothing is changed and the job that has it is returned. Atomic, however many try at once.
   */
  create(job: QueuedJob, event: JobSubmitted): Promise<Created>

  /** `null` when the id is unknown or belongs to another tenant. */
  get(tenantId: string, jobId: string): Promise<JobRecord | null>
}

export interface Created {
  readonly job: JobRecord
  /** False when there was a job with this id. */
  readonly created: boolean
}

/**
 * Durable home of jobs: of their journals, that is, for a job is what its journal says.
 *
 * The store knows no transitions: `domain/job/replay.ts` says what a job becomes, the store only refuses to write over
 * a version it has not seen. Events and the next wake are one commit: a job that is stored is a job that will be woken.
 * An implementation is correct when `test/contracts/job-store.contract.ts` passes.
 */
export interface JobStore extends JobIntake {
  /** A job of any tenant with its turn, for writing to it; `null` when the id is unknown. */
  load(jobId: string): Promise<JobState | null>

  /**
   * Appends `events`, at least one, and arms the wake at `nextWakeAt(state.job)`: all or nothing. `state` is what they have made of the job.
   * @throws {VersionConflictError} when the stored version is not the one before them.
   */
  save(state: JobState, events: readonly JobEvent[]): Promise<void>

  /** Events with `seq > after`, oldest first. Empty for an unknown job. */
  events(jobId: string, after: number): Promise<readonly StoredEvent[]>

  /**
   * Deletes the job, its journal and its wake: nothing is left of it.
   * @throws {VersionConflictError} when the stored version is not `job.version`.
   */
  remove(job: JobRecord): Promise<void>
}
