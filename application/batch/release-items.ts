import { AppError } from '#domain/app-error.ts'
import type { Batch } from '#domain/batch/batch.ts'
import { type BatchItem, type ItemEnd, NO_USE } from '#domain/batch/item.ts'
import { OutcomeUnknownError } from '#domain/job/errors.ts'
import { isFinished } from '#domain/job/job.ts'
import { unknownCallsOf } from '#domain/job/unknown-calls.ts'
import type { BatchItems } from '#ports/batch-items.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { Created, JobIntake } from '#ports/job-store.ts'
import type { DerivedIds } from '../job/derived-ids.ts'
import type { SubmitJob, SubmitJobCommand } from '../job/submit-job.ts'
import { endOf, jobIdOf, submissionOf } from './item-jobs.ts'

/** When a submission is tried again that cannot be accepted now and does not say when. */
const AGAIN_MS = 5000
const UNTIL_A_PERSON_ACTS_MS = 60_000
/** What another release or another setting of the server mends, and no other input. */
const OF_THE_SERVER: ReadonlySet<string> = new Set(['unknown_agent', 'model_not_configured'])

/** How much one release does: it must end, also where all items fail at their submission. */
export interface ReleasePace {
  /** Submissions in flight at once. */
  readonly atOnce: number
  /** Items that become jobs with one commit of the batch's totals, and are in memory together. */
  readonly slice: number
  readonly mostSlices: number
}

export interface ReleaseItemsDeps {
  readonly items: BatchItems
  readonly submitJob: Pick<SubmitJob, 'execute'>
  readonly jobs: Pick<JobIntake, 'get'>
  readonly derivedIds: Pick<DerivedIds, 'make'>
  readonly clock: Pick<Clock, 'now'>
  readonly pace: ReleasePace
  readonly logger: Logger
}

/** What is left: `heldMs` is how long nothing can be submitted. */
export interface Released {
  readonly heldMs: number | null
  readonly hasMore: boolean
}

const RESTING: Released = { heldMs: null, hasMore: false }

/** Makes pending items jobs, as far as the window of their batch has room. */
export class ReleaseItems {
  readonly #deps: ReleaseItemsDeps

  constructor(deps: ReleaseItemsDeps) {
    this.#deps = deps
  }

  /** Harmless to repeat and to run twice at once. @throws when a store fails: then items may be running without a job, until they are checked. */
  async execute(batch: Batch): Promise<Released> {
    const { items, clock, pace } = this.#deps
    for (let slices = 0; slices < pace.mostSlices; slices++) {
      const taken = await items.take({ batchId: batch.id, most: pace.slice, at: clock.now() })
      if (taken.length === 0) return RESTING
      const heldMs = await this.submit(batch, taken)
      if (heldMs !== null) return { heldMs, hasMore: true }
    }
    return { heldMs: null, hasMore: true }
  }

  /**
   * Submits running items. What is refused for now becomes pending again; then the result says for how long (ms). An item
   * of which it is not known whether it is a job stays running, so that a cancel reaches its job.
   */
  async submit(batch: Batch, taken: readonly BatchItem[]): Promise<number | null> {
    const { items, pace } = this.#deps
    const { atOnce } = pace
    const ended: ItemEnd[] = []
    const held: BatchItem[] = []
    let heldMs: number | null = null
    for (let from = 0; from < taken.length; from += atOnce) {
      const together = taken.slice(from, from + atOnce)
      if (heldMs === null)
        for (const tried of await Promise.all(together.map((item) => this.#try(batch, item)))) {
          if ('end' in tried) ended.push(tried.end)
          if (!('laterMs' in tried)) continue
          if (!tried.isUnknown) held.push(tried.item)
          heldMs = Math.max(heldMs ?? 0, tried.laterMs)
        }
      else held.push(...together)
    }
    await items.end(batch.id, ended)
    if (held.length > 0) await items.giveBack(batch.id, held)
    return heldMs
  }

  async #try(batch: Batch, item: BatchItem): Promise<Tried> {
    try {
      await this.#demandKnown(batch, item)
      const { job } = await this.#submit(submissionOf(batch, item))
      // Of an earlier submission, and its end was not counted.
      return isFinished(job) ? { end: endOf(job, item) } : { item }
    } catch (error) {
      if (isRefusal(error)) return this.#refused(item, error)
      const about = { batchId: batch.id, line: item.line }
      this.#deps.logger.error('An item may not be submitted; its batch will look.', error, about)
      return { item, laterMs: AGAIN_MS, isUnknown: true }
    }
  }

  /** As for a retry of the job itself. @throws {OutcomeUnknownError} for an item whose last job has such calls. */
  async #demandKnown({ id: batchId, tenantId }: Batch, { line, round: current }: BatchItem): Promise<void> {
    const { jobs, derivedIds } = this.#deps
    for (let round = current - 1; round >= 0; round--) {
      const jobId = await jobIdOf(derivedIds, { tenantId, batchId, item: { line, round } })
      const job = await jobs.get(tenantId, jobId)
      // In that round the item was not tried, or its job is deleted.
      if (!job) continue
      const unknown = unknownCallsOf(job)
      if (unknown.length > 0) throw new OutcomeUnknownError(jobId, unknown)
      return
    }
  }

  /** Where an answer is lost, the job may be stored. It has the same id each time, so it is submitted once more. */
  async #submit(submission: SubmitJobCommand): Promise<Created> {
    const { submitJob } = this.#deps
    try {
      return await submitJob.execute(submission)
    } catch (error) {
      if (isRefusal(error)) throw error
      return submitJob.execute(submission)
    }
  }

  #refused(item: BatchItem, error: AppError): Tried {
    const { code, message, retryable } = error
    const again = 'retryAfterMs' in error ? Number(error.retryAfterMs) : AGAIN_MS
    if (retryable) return { item, laterMs: again, isUnknown: false }
    if (OF_THE_SERVER.has(code)) return { item, laterMs: UNTIL_A_PERSON_ACTS_MS, isUnknown: false }
    const { line, round } = item
    const at = this.#deps.clock.now()
    const problem = { code, message }
    return { end: { line, round, status: 'failed', stopReason: null, problem, at, ...NO_USE } }
  }
}

/** The item is a job now, or has ended, or is to be submitted later. */
type Tried =
  | { readonly item: BatchItem }
  | { readonly end: ItemEnd }
  | { readonly item: BatchItem; readonly laterMs: number; readonly isUnknown: boolean }

/** Whether the item is certainly no job. */
function isRefusal(error: unknown): error is AppError {
  return error instanceof AppError && error.code !== 'storage_unavailable'
}
