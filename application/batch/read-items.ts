import type { Batch } from '#domain/batch/batch.ts'
import { BatchNotFoundError } from '#domain/batch/errors.ts'
import type { BatchItem, ItemStatus } from '#domain/batch/item.ts'
import { type FinishedJob, isFinished } from '#domain/job/job.ts'
import type { BatchItemIntake } from '#ports/batch-items.ts'
import type { JobIntake } from '#ports/job-store.ts'
import type { RecordIntake } from '#ports/record-store.ts'
import type { DerivedIds } from '../job/derived-ids.ts'
import { jobIdOf } from './item-jobs.ts'

export interface ReadItemsDeps {
  readonly batches: Pick<RecordIntake<Batch>, 'get'>
  readonly items: Pick<BatchItemIntake, 'list'>
  readonly jobs: Pick<JobIntake, 'get'>
  readonly derivedIds: Pick<DerivedIds, 'make'>
}

export interface ItemsQuery {
  readonly tenantId: string
  readonly batchId: string
  readonly status?: ItemStatus | undefined
  /** Only lines after this one. */
  readonly after: number
  readonly size: number
}

export interface ShownItem {
  readonly item: BatchItem
  /** `null` for one that has no job, or not yet. */
  readonly jobId: string | null
}

export interface ItemPage {
  readonly items: readonly ShownItem[]
  /** Where the next page begins; `null` when this is the last. */
  readonly next: number | null
}

export interface ItemResult extends ShownItem {
  /** `null` where the item has none, or where it is not kept any more. */
  readonly job: FinishedJob | null
}

/** Reads what has become of items. What it costs depends on the page alone. */
export class ReadItems {
  readonly #deps: ReadItemsDeps

  constructor(deps: ReadItemsDeps) {
    this.#deps = deps
  }

  /** @throws {BatchNotFoundError} */
  async page(query: ItemsQuery): Promise<ItemPage> {
    const { tenantId, batchId, status, after, size } = query
    if (!(await this.#deps.batches.get(tenantId, batchId))) throw new BatchNotFoundError(batchId)
    const found = await this.#deps.items.list({ batchId, after, size: size + 1, ...(status && { status }) })
    const items = await Promise.all(found.slice(0, size).map((item) => this.#shown(query, item)))
    return { items, next: found.length > size ? (items.at(-1)?.item.line ?? null) : null }
  }

  /** As `page`, with the jobs. */
  async results(query: ItemsQuery): Promise<{ readonly results: readonly ItemResult[]; readonly next: number | null }> {
    const { items, next } = await this.page(query)
    const results = items.map(async (shown) => {
      const { jobId } = shown
      const job = jobId === null ? null : await this.#deps.jobs.get(query.tenantId, jobId)
      return { ...shown, job: job && isFinished(job) ? job : null }
    })
    return { results: await Promise.all(results), next }
  }

  async #shown({ tenantId, batchId }: ItemsQuery, item: BatchItem): Promise<ShownItem> {
    if (item.doneBy !== null) return { item, jobId: item.doneBy }
    // A line that could not be read, and an item that was never taken, have no job.
    if (item.takenAt === null || item.status === 'pending') return { item, jobId: null }
    return { item, jobId: await jobIdOf(this.#deps.derivedIds, { tenantId, batchId, item }) }
  }
}
