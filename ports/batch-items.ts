import type { BatchControl, BatchItem, BatchTotals, ItemEnd, ItemKey, ItemStatus, NewItem } from '#domain/batch/item.ts'

/** Lines to add. `at` is epoch ms. */
export interface Append {
  readonly batchId: string
  readonly tenantId: string
  /** Lines that the batch must have already. */
  readonly from: number
  readonly items: readonly NewItem[]
  readonly at: number
}

export interface ItemQuery {
  readonly batchId: string
  /** One status; every one if absent. */
  readonly status?: ItemStatus
  /** Only lines after this one; 0 for all. */
  readonly after: number
  readonly size: number
}

export interface Slice {
  readonly batchId: string
  readonly most: number
  readonly at: number
}

/** An item that has completed, and whose job has therefore done what its contents ask for. */
export interface DoneItem extends ItemKey {
  readonly batchId: string
  readonly contentKey: string
}

/** What requests, and jobs that have ended, need of items. Where each batch has a home of its own, that answers it. */
export interface BatchItemIntake {
  /** A place for the items of a new batch. Harmless to repeat. */
  open(batch: { readonly id: string; readonly tenantId: string; readonly at: number }): Promise<void>

  /** `null` for an unknown batch. */
  totals(batchId: string): Promise<BatchTotals | null>

  /**
   * Whether items are taken, and how many may be jobs at once. Nothing that is running is stopped. What an older version
   * of the batch says is ignored, so a late writer does not undo a pause.
   */
  control(batchId: string, control: BatchControl): Promise<void>

  /** Adds lines where the batch has exactly `from` and is not closed; otherwise changes nothing. Returns whether it did. */
  append(lines: Append): Promise<boolean>

  /** Which of these keys the batch has, and at which lines. */
  linesOf(batchId: string, keys: readonly string[]): Promise<ReadonlyMap<string, number>>

  /** For each of these content keys that a completed item of the tenant has, one such item. */
  done(tenantId: string, contentKeys: readonly string[]): Promise<readonly DoneItem[]>

  /** Counts ends. An item that has ended, or is of another round, stays as it is: harmless to repeat. */
  end(batchId: string, ends: readonly ItemEnd[]): Promise<void>

  /** In the order of their lines. */
  list(query: ItemQuery): Promise<readonly BatchItem[]>
}

/**
 * The items of batches, and their totals. Each method is atomic. Totals change in the commit that changes items, so
 * they are exact and never counted.
 * An implementation is correct when `test/contracts/batch-items.contract.ts` passes.
 */
export interface BatchItems extends BatchItemIntake {
  /** The next pending items, in order, as running ones: at most `most`, and no more than the window has room for. */
  take(slice: Slice): Promise<readonly BatchItem[]>

  /** Makes running items pending again. Those that have ended stay as they are. */
  giveBack(batchId: string, items: readonly ItemKey[]): Promise<void>

  /** Pending items become canceled, while the window is 0. Returns how many did. @throws {VersionConflictError} otherwise. */
  cancelPending(slice: Slice): Promise<number>

  /**
   * Items of this status that have an input and are of an earlier round become pending. Returns how many did. Of canceled
   * ones, only those that were never taken: a caller has canceled the jobs of the others.
   */
  reopen(slice: Slice & { readonly status: 'failed' | 'canceled'; readonly round: number }): Promise<number>

  /** Deletes items, and the totals with the last of them. Returns whether nothing is left. */
  erase(batchId: string, most: number): Promise<boolean>
}
