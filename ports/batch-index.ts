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
  /** Given: only batches with a message to their callback that is tried no more. */
  readonly hasFailedCallback?: true
}

/** Knows which batches there are. An implementation is correct when `test/contracts/batch-index.contract.ts` passes. */
export interface BatchIndex {
  /** Newest first. What was noted of callbacks may lag behind the batch itself. */
  list(query: BatchListQuery): Promise<readonly BatchCursor[]>

  /** How many lines the tenant's batches have together, without those of batches that are over. It may lag by seconds. */
  unfinishedLines(tenantId: string): Promise<number>
}

/** Learns what the index cannot read by itself. */
export interface BatchIndexWriter {
  /** Whether the batch has a message that is tried no more. Harmless to repeat; a batch that is gone needs none. */
  noteCallbacks(batchId: string, hasFailed: boolean): Promise<void>
}
