import type { Stored } from '#domain/record/kind.ts'

/** What routes need of a kind of records. Where each record has a home of its own, that answers it. */
export interface RecordIntake<T extends Stored> {
  /** Stores a new record with its wake. If the id is taken, nothing changes and the existing record is returned. */
  create(record: T): Promise<CreatedRecord<T>>

  /** `null` when the id is unknown or belongs to another tenant. @throws {NewerFormatError} */
  get(tenantId: string, id: string): Promise<T | null>
}

/** Lists one kind of records. An implementation is correct when `test/contracts/record-list.contract.ts` passes. */
export interface RecordList<T extends Stored> {
  /**
   * A tenant's records by id. A record that exists when a walk begins is listed once, also while others are created.
   * One of a newer format is left out.
   */
  list(query: RecordListQuery): Promise<RecordPage<T>>
}

export interface RecordListQuery {
  readonly tenantId: string
  readonly size: number
  /** The `next` of the page before; `null` for the first page. */
  readonly after: string | null
}

export interface RecordPage<T extends Stored> {
  readonly records: readonly T[]
  /** `null` when this was the last page. */
  readonly next: string | null
}

export interface CreatedRecord<T extends Stored> {
  readonly record: T
  /** False when there was a record with this id. */
  readonly created: boolean
}

/**
 * Durable home of one kind of records. A change and the wake that it makes necessary are one commit.
 * An implementation is correct when `test/contracts/record-store.contract.ts` passes.
 */
export interface RecordStore<T extends Stored> extends RecordIntake<T> {
  /** Any tenant's record; `null` when the id is unknown. @throws {NewerFormatError} */
  load(id: string): Promise<T | null>

  /** @throws {VersionConflictError} when the stored version is not `record.version - 1`. */
  save(record: T): Promise<void>

  /** Deletes it with its wake. @throws {VersionConflictError} when the stored version is not `record.version`. */
  remove(record: T): Promise<void>
}
