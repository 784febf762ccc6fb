import type { AgentReport } from '../agent/report.ts'
import type { ErrorCode } from '../errors.ts'
import type { JsonValue } from '../json.ts'

/** A job as it stands: one type per status, each with exactly its own fields. The fold of its journal (`replay.ts`). */
export type JobRecord = QueuedJob | RunningJob | CompletedJob | FailedJob

export type JobStatus = JobRecord['status']

export interface JobFields {
  readonly id: string
  readonly tenantId: string
  readonly agent: string
  readonly input: JsonValue
  /** Executions begun so far. */
  readonly attempt: number
  /** Commits so far; every save is compare-and-set on it. */
  readonly version: number
  readonly createdAt: number
  readonly updatedAt: number
  /** When the first attempt began; `null` until then. */
  readonly startedAt: number | null
}

export interface QueuedJob extends JobFields {
  readonly status: 'queued'
  /** Not before this time. */
  readonly runAt: number
}

export interface RunningJob extends JobFields {
  readonly status: 'running'
  readonly lease: Lease
}

export interface CompletedJob extends JobFields {
  readonly status: 'completed'
  readonly report: AgentReport
  readonly finishedAt: number
}

export interface FailedJob extends JobFields {
  readonly status: 'failed'
  readonly error: JobError
  readonly finishedAt: number
}

/** The right of one executor to carry out a job. Every commit renews it by `durationMs`. */
export interface Lease {
  readonly executorId: string
  readonly durationMs: number
  readonly expiresAt: number
}

/** Why a job failed, in words that are safe for the caller. */
export interface JobError {
  readonly code: ErrorCode
  readonly message: string
}

export function isFinished(job: JobRecord): job is CompletedJob | FailedJob {
  return job.status === 'completed' || job.status === 'failed'
}
