import type { RecordKind, Stored } from '#domain/record/kind.ts'
import type { CreatedRecord, RecordIntake } from '#ports/record-store.ts'
import { askObject } from './outage.ts'
import type { RecordIndex } from './record-index.ts'
import type { RecordNamespace } from './record-stub.ts'

export interface RemoteRecordsDeps<T extends Stored> {
  readonly kind: RecordKind<T>
  readonly objects: RecordNamespace<T>
  readonly index: Pick<RecordIndex, 'add'>
}

/** A new record is looked after by then: most operations are completed sooner. */
const GRACE_MS = 60_000

/** The Worker's way to the records of one kind: each is asked of its own object. */
export class RemoteRecords<T extends Stored> implements RecordIntake<T> {
  readonly #deps: RemoteRecordsDeps<T>
  /** An id that we could have given out. */
  readonly #id: RegExp

  constructor(deps: RemoteRecordsDeps<T>) {
    this.#deps = deps
    this.#id = new RegExp(`^${deps.kind.prefix}_[0-7][0-9A-HJKMNP-TV-Z]{25}$`)
  }

  /** The index first: what it does not have is not found when its alarm is lost. */
  async create(record: T): Promise<CreatedRecord<T>> {
    const { objects, index } = this.#deps
    await index.add(record.id, record.updatedAt + GRACE_MS)
    return askObject(() => objects.getByName(record.id).create(record), { repeatable: true })
  }

  async get(tenantId: string, id: string): Promise<T | null> {
    if (!this.#id.test(id)) return null
    return askObject(() => this.#deps.objects.getByName(id).find(tenantId, id), { repeatable: true })
  }
}
