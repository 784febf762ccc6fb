import type { Stored } from '#domain/record/kind.ts'
import type { CreatedRecord } from '#ports/record-store.ts'

/** What may be asked of a record's object. */
export interface RecordStub<T extends Stored> {
  create(record: T): Promise<CreatedRecord<T>>
  find(tenantId: string, id: string): Promise<T | null>
  /**
   * Ensures that the record is woken at its time. Returns when to check again (epoch ms), or `null` when it is gone or
   * was never stored.
   */
  lookAfter(): Promise<number | null>
}

export interface RecordNamespace<T extends Stored> {
  getByName(name: string): RecordStub<T>
}
