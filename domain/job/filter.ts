import type { EarlyStop } from '../agent/next-step.ts'
import type { ErrorCode } from '../app-error.ts'
import type { JobStatus } from './job.ts'

/** Which jobs of one tenant are meant; what is absent does not matter. */
export interface JobFilter {
  readonly statuses?: readonly JobStatus[]
  readonly agent?: string
  readonly tag?: string
  readonly batch?: string
  /** Why they failed. */
  readonly errorCode?: ErrorCode
  /** Why they completed without a whole answer; `early` for any such reason. */
  readonly stopReason?: EarlyStop | 'early'
  /** All of these stand in the job's text (`search-text.ts`); each is one that `searchWords` makes. */
  readonly words?: readonly string[]
  /** Given: only jobs with calls of unknown outcome. */
  readonly hasUnknownCalls?: true
  /** Given: only jobs that wait for a person to allow or reject calls. */
  readonly needsApproval?: true
  /** Given: only jobs with a callback message that is tried no more. */
  readonly hasFailedCallback?: true
  /** Epoch ms; created at that time or later. */
  readonly createdAfter?: number
  /** Epoch ms; created before that time. */
  readonly createdBefore?: number
}

/** A place in the list: right after this job. */
export interface JobCursor {
  readonly createdAt: number
  readonly id: string
}

/** Which jobs come first, by the time of submission. */
export const JOB_ORDERS = ['newest', 'oldest'] as const
export type JobOrder = (typeof JOB_ORDERS)[number]
