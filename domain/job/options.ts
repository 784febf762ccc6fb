import type { ItemKey } from '../batch/item.ts'
import type { Callback } from '../callback/delivery.ts'
import type { RequestTrace } from '../trace/trace-context.ts'
import type { WriteMode } from '../write/write.ts'

/** The item of a batch whose work a job does. */
export interface ItemRef extends ItemKey {
  readonly batchId: string
}

/** Options of a submission, beside its work. */
export interface JobOptions {
  /** Words to find the job by. */
  readonly tags: readonly string[]
  /** The submitter's own notes, given back as they came. */
  readonly metadata: Readonly<Record<string, string>>
  /** Name of the group of jobs that this one belongs to. */
  readonly batch: string | null
  /** Absent for a job that was submitted by itself. */
  readonly item?: ItemRef
  /** Whether the job makes its writes or proposes them. Absent where its agent has none. */
  readonly writes?: WriteMode
  /** Present where lists may find the job by words of its input and answer. */
  readonly searchable?: true
  readonly callback: Callback | null
  /** How long the job is kept after its end. */
  readonly retainMs: number
  /** The job that this one repeats. */
  readonly retryOf: string | null
  /** Of the request that submitted the job under an idempotency key: what a repeat of that request must agree with. */
  readonly fingerprint: string | null
  /** Of the request that submitted the job; absent where it named no trace and none was recorded. */
  readonly trace?: RequestTrace
}

const DAY_MS = 86_400_000

export const NO_OPTIONS: JobOptions = {
  tags: [],
  metadata: {},
  batch: null,
  callback: null,
  retainMs: 30 * DAY_MS,
  retryOf: null,
  fingerprint: null,
}
