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

/** Knows which batches there are. An implementation is correct when `test/contracts/batch-index.contract.ts` passes. */
export interface BatchIndex {
  /** Newest first. */
  list(query: BatchListQuery): Promise<readonly BatchCursor[]>

  /** How many lines the tenant's batches have together, without those of batches that are over. It may lag by seconds. */
  unfinishedLines(tenantId: string): Promise<number>
}
