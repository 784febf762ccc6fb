import type { Stored } from '#domain/record/kind.ts'
import type { CreatedRecord } from '#ports/record-store.ts'

/** What may be asked of a record's object. */
export interface RecordStub<T extends Stored> {
  create(record: T): Promise<CreatedRecord<T>>
  find(tenantId: string, id: string): Promise<T | null>
  /** Sees to it that the record is woken at its time; says when to look again (epoch ms), and `null` when it is gone or was never stored. */
  lookAfter(): Promise<number | null>
}

export interface RecordNamespace<T extends Stored> {
  getByName(name: string): RecordStub<T>
}
