import type { WriteStatus } from './write.ts'

/** Which writes of one tenant are meant; what is absent does not matter. */
export interface ProposalFilter {
  readonly statuses?: readonly WriteStatus[]
  readonly agent?: string
  readonly batch?: string
  readonly jobId?: string
  /** What the target begins with. */
  readonly target?: string
  /** Only those of which this flag says something. */
  readonly flag?: string
  /** More than 0 and less than 1: about this share of them, always the same ones. */
  readonly sample?: number
  /** Given: only those of finished jobs, which can be decided. */
  readonly isReady?: true
  /** Epoch ms; proposed before that time. */
  readonly createdBefore?: number
}
