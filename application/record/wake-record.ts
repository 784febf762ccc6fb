import { type RecordKind, type Stored, isDue } from '#domain/record/kind.ts'
import { VersionConflictError } from '#domain/storage/errors.ts'
import type { Clock } from '#ports/clock.ts'
import type { RecordStore } from '#ports/record-store.ts'

export interface WakeRecordDeps<T extends Stored> {
  readonly kind: RecordKind<T>
  readonly records: RecordStore<T>
  readonly clock: Clock
  /**
   * Does what is due and returns the changed record; `null` deletes it. It is repeated for the same record if the
   * process dies or the change cannot be stored. So its effects must be idempotent.
   */
  readonly wake: (record: T) => Promise<T | null>
}

/** Carries out one wake of a record. It ignores a record that is gone or not due. */
export class WakeRecord<T extends Stored> {
  readonly #deps: WakeRecordDeps<T>

  constructor(deps: WakeRecordDeps<T>) {
    this.#deps = deps
  }

  /**
   * When it is to be woken next (epoch ms), as it is stored then; `null` for never.
   * @throws what `wake` and the store throw: then it is to be tried again.
   */
  async execute(id: string): Promise<number | null> {
    const { kind, records, clock, wake } = this.#deps
    const record = await records.load(id)
    if (!record) return null
    if (!isDue(kind, record, clock.now())) return kind.nextWakeAt(record)
    const next = await wake(record)
    try {
      return await this.#keep(record, next)
    } catch (error) {
      if (!(error instanceof VersionConflictError)) throw error
      // Changed meanwhile, by a caller or by another server with the same wake: that change has its own time.
      const current = await records.load(id)
      return current && kind.nextWakeAt(current)
    }
  }

  async #keep(record: T, next: T | null): Promise<number | null> {
    const { kind, records, clock } = this.#deps
    if (next === null) {
      await records.remove(record)
      return null
    }
    const changed = { ...next, version: record.version + 1, updatedAt: clock.now() }
    await records.save(changed)
    return kind.nextWakeAt(changed)
  }
}
