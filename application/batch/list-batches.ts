import { type Batch, hasFailedCallback, isBeingDeleted } from '#domain/batch/batch.ts'
import type { BatchCursor, BatchIndex, BatchListQuery } from '#ports/batch-index.ts'
import type { BatchItemIntake } from '#ports/batch-items.ts'
import type { RecordIntake } from '#ports/record-store.ts'
import type { BatchState } from './batches.ts'

export interface ListBatchesDeps {
  readonly index: BatchIndex
  readonly batches: Pick<RecordIntake<Batch>, 'get'>
  readonly items: Pick<BatchItemIntake, 'totals'>
}

export interface BatchPage {
  readonly batches: readonly BatchState[]
  /** Where the next page begins; `null` when this was the last. */
  readonly next: BatchCursor | null
}

/** Lists the batches of a tenant, newest first. */
export class ListBatches {
  readonly #deps: ListBatchesDeps

  constructor(deps: ListBatchesDeps) {
    this.#deps = deps
  }

  async execute(query: BatchListQuery): Promise<BatchPage> {
    const { index, batches, items } = this.#deps
    const found = await index.list({ ...query, size: query.size + 1 })
    const page = found.slice(0, query.size)
    const states = page.map(async ({ id }) => {
      const [batch, totals] = await Promise.all([batches.get(query.tenantId, id), items.totals(id)])
      // Deleted between the two, or its message is on its way again.
      if (!batch || !totals || isBeingDeleted(batch)) return []
      return query.hasFailedCallback && !hasFailedCallback(batch) ? [] : [{ batch, totals }]
    })
    const next = found.length > query.size ? (page.at(-1) ?? null) : null
    return { batches: (await Promise.all(states)).flat(), next }
  }
}
