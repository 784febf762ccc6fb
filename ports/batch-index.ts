/** A place in the list: right after this batch. */
export interface BatchCursor {
  /** Epoch ms. */
  readonly createdAt: number
  readonly id: string
}

export interface BatchListQuery {
  readonly tenantId: string
  readonly size: number
  readonly after: BatchCursor | null
}

/** Finds batches, newest first. An implementation is correct when `test/contracts/batch-index.contract.ts` passes. */
export interface BatchIndex {
  list(query: BatchListQuery): Promise<readonly BatchCursor[]>
}
