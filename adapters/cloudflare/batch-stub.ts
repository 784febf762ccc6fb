import type { ItemsQuery, ResultPage } from '#application/batch/read-items.ts'
import type { Batch } from '#domain/batch/batch.ts'
import type { BatchItem, BatchTotals, ItemEnd } from '#domain/batch/item.ts'
import type { Append, ItemQuery } from '#ports/batch-items.ts'
import type { RecordStub } from './record-stub.ts'

/** What may be asked of the object of a batch. One that has none answers `null`, or as an empty one. */
export interface BatchStub extends Pick<RecordStub<Batch>, 'create' | 'find' | 'lookAfter' | 'lookAfterAll'> {
  load(): Promise<Batch | null>
  /** Saves the record, and what its items must know of it. Whether it did; otherwise another writer was first. */
  save(record: Batch): Promise<boolean>
  totals(): Promise<BatchTotals | null>
  linesOf(keys: readonly string[]): Promise<ReadonlyMap<string, number>>
  append(lines: Append): Promise<boolean>
  list(query: ItemQuery): Promise<readonly BatchItem[]>
  results(query: ItemsQuery): Promise<ResultPage | null>
  /** Counts the ends of jobs. May be repeated; a batch that is gone needs none. */
  end(ends: readonly ItemEnd[]): Promise<void>
}

/** Finds the object of a batch by the id of the batch. */
export interface BatchNamespace {
  getByName(name: string): BatchStub
}
