import { AppError } from '#domain/app-error.ts'
import { type Batch, isEnding } from '#domain/batch/batch.ts'
import type { BatchItem, ItemEnd } from '#domain/batch/item.ts'
import { isFinished } from '#domain/job/job.ts'
import type { BatchItems } from '#ports/batch-items.ts'
import type { Clock } from '#ports/clock.ts'
import type { JobIntake } from '#ports/job-store.ts'
import type { CancelJob } from '../job/cancel-job.ts'
import type { DerivedIds } from '../job/derived-ids.ts'
import { endOf, jobIdOf } from './item-jobs.ts'
import type { ReleaseItems } from './release-items.ts'

/** Each costs a read of a job. */
const SLICE = 50
/** The end of a job is counted within moments, unless its process has died. */
const GRACE_MS = 20_000
/** When the check of an ending batch looks again at an item that is being submitted. */
const SUBMITTED_MS = 1000

export interface CheckItemsDeps {
  readonly items: BatchItems
  readonly jobs: Pick<JobIntake, 'get'>
  readonly cancelJob: Pick<CancelJob, 'execute'>
  readonly releaseItems: Pick<ReleaseItems, 'submit'>
  readonly derivedIds: Pick<DerivedIds, 'make'>
  readonly clock: Pick<Clock, 'now'>
  /** Since when this process is alone (epoch ms), so that items taken before are those of a dead one; `null` where others may live. */
  readonly aloneSince: number | null
}

/** Where the check goes on; 0 for the beginning. */
export interface Checked {
  readonly to: number
  /** When there is more to check; `null` for the usual time. */
  readonly againMs: number | null
}

/**
 * Looks after running items, a slice at a time. It counts ends that a dead process has not counted, and submits items
 * that a dead process has taken. It also cancels the jobs of a canceled batch.
 */
export class CheckItems {
  readonly #deps: CheckItemsDeps

  constructor(deps: CheckItemsDeps) {
    this.#deps = deps
  }

  async execute(batch: Batch): Promise<Checked> {
    const { items } = this.#deps
    const slice = await this.#running(batch)
    const looked = isEnding(batch) ? slice : slice.filter((item) => this.#isOld(item))
    const found = await Promise.all(looked.map((item) => this.#check(batch, item)))
    await items.end(
      batch.id,
      found.flatMap((one) => (one && 'end' in one ? [one.end] : [])),
    )
    const unsubmitted = found.flatMap((one) => (one && 'item' in one ? [one.item] : []))
    const last = slice.at(-1)
    const isLeft = await (isEnding(batch) ? this.#giveBack(batch, unsubmitted) : this.#submit(batch, unsubmitted))
    if (slice.length === SLICE && last) return { to: last.line, againMs: 0 }
    return { to: 0, againMs: isLeft ? SUBMITTED_MS : null }
  }

  #running({ id: batchId, checkedTo: after }: Batch): Promise<readonly BatchItem[]> {
    return this.#deps.items.list({ batchId, status: 'running', after, size: SLICE })
  }

  /** Leaves out items that have ended since they were read. Their jobs are deleted, and would be done twice. */
  async #submit(batch: Batch, unsubmitted: readonly BatchItem[]): Promise<false> {
    if (unsubmitted.length === 0) return false
    const running = await this.#running(batch)
    const still = unsubmitted.filter(({ line, round }) =>
      running.some((one) => one.line === line && one.round === round),
    )
    await this.#deps.releaseItems.submit(batch, still)
    return false
  }

  /**
   * Items that never became jobs end with the pending ones. The submission of a young one may be under way, and its job
   * is to be canceled too. Returns whether there are such.
   */
  async #giveBack(batch: Batch, unsubmitted: readonly BatchItem[]): Promise<boolean> {
    const old = unsubmitted.filter((item) => this.#isOld(item))
    if (old.length > 0) await this.#deps.items.giveBack(batch.id, old)
    return old.length < unsubmitted.length
  }

  /** `null` where all is well. */
  async #check(
    batch: Batch,
    item: BatchItem,
  ): Promise<{ readonly end: ItemEnd } | { readonly item: BatchItem } | null> {
    const { jobs, derivedIds } = this.#deps
    const { id: batchId, tenantId } = batch
    const jobId = await jobIdOf(derivedIds, { tenantId, batchId, item })
    const job = await jobs.get(tenantId, jobId)
    if (job && isFinished(job)) return { end: endOf(job, item) }
    if (job) return batch.canceled ? this.#cancel(batch, jobId) : null
    return { item }
  }

  #isOld({ takenAt }: BatchItem): boolean {
    const { clock, aloneSince } = this.#deps
    return takenAt === null || takenAt <= Math.max(clock.now() - GRACE_MS, aloneSince ?? 0)
  }

  async #cancel({ id, tenantId, canceled }: Batch, jobId: string): Promise<null> {
    if (!canceled) return null
    try {
      await this.#deps.cancelJob.execute({ tenantId, jobId, by: { kind: 'batch', id, for: canceled.by } })
    } catch (error) {
      // It has ended meanwhile, and says so itself.
      if (!(error instanceof AppError) || error.retryable) throw error
    }
    return null
  }
}
