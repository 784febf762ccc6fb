import type { RedeliverCommand } from '#application/callback/redeliver.ts'
import type { DeleteJobCommand } from '#application/job/delete-job.ts'
import type { ResolveCallCommand } from '#application/job/resolve-call.ts'
import type { WaitForJobQuery } from '#application/job/wait-for-job.ts'
import type { WatchJobQuery } from '#application/job/watch-job.ts'
import type { JobCommand } from '#application/job/write-to-job.ts'
import type { DecideProposalCommand } from '#application/write/decide-proposal.ts'
import { AppError, type ErrorCode } from '#domain/app-error.ts'
import type { JobSubmitted } from '#domain/job/event.ts'
import type { JobRecord } from '#domain/job/job.ts'

/** What the Worker may ask of a job's object. */
export interface JobStub {
  /** `null` when `event` has made the job; otherwise the one that has its id. */
  create(event: JobSubmitted): Promise<JobRecord | null>
  find(tenantId: string, jobId: string): Promise<JobRecord | null>
  /** The job when it is finished, or when the time is up; `null` when there is none. */
  wait(query: Omit<WaitForJobQuery, 'signal'>): Promise<JobRecord | null>
  /** Starts an overdue job and updates the index; `false` when the job is gone or was never submitted. */
  lookAfter(): Promise<boolean>
  /**
   * Checks each of these jobs in its own object, this one included, and removes the index entries of jobs that are
   * gone. Returns the ids of those that could not be looked after.
   */
  lookAfterAll(jobIds: readonly string[]): Promise<readonly string[]>
  cancel(command: JobCommand): Promise<JobAnswer>
  resolve(command: ResolveCallCommand): Promise<JobAnswer>
  redeliver(command: RedeliverCommand): Promise<JobAnswer>
  decide(command: DecideProposalCommand): Promise<JobAnswer>
  /** Deletes it with its storage; `null` when it is gone. */
  remove(command: DeleteJobCommand): Promise<Refusal | null>
  /** `null` when there is no such job. */
  watch(query: Omit<WatchJobQuery, 'signal'>): Promise<ReadableStream<Uint8Array> | null>
}

export type JobAnswer = { readonly job: JobRecord } | { readonly refusal: Refusal }

/** A refusal as it travels from an object to the Worker: an error would arrive without its class and its code. */
export interface Refusal {
  readonly code: ErrorCode
  readonly message: string
  readonly retryable: boolean
  /** Absent where there is nothing to wait for. */
  readonly retryAfterMs?: number
  /** Absent where the message says all. */
  readonly problems?: readonly string[]
}

export function refusalOf(error: AppError): Refusal {
  const { code, message, retryable } = error
  const wait = 'retryAfterMs' in error && typeof error.retryAfterMs === 'number' && { retryAfterMs: error.retryAfterMs }
  const said = 'problems' in error && { problems: error.problems as readonly string[] }
  return { code, message, retryable, ...wait, ...said }
}

/** An object's refusal, in the Worker. */
export class RefusedError extends AppError {
  readonly code: ErrorCode
  override readonly retryable: boolean
  readonly retryAfterMs: number | undefined
  readonly problems: readonly string[] | undefined

  constructor({ code, message, retryable, retryAfterMs, problems }: Refusal) {
    super(message)
    this.code = code
    this.retryable = retryable
    this.retryAfterMs = retryAfterMs
    this.problems = problems
  }
}

/** Finds a job's object by the job's id. */
export interface JobNamespace {
  getByName(name: string): JobStub
}

/** An id that we could have given out; anything else is answered without waking an object. */
const JOB_ID = /^job_[0-7][0-9A-HJKMNP-TV-Z]{25}$/

export function isJobId(jobId: string): boolean {
  return JOB_ID.test(jobId)
}
