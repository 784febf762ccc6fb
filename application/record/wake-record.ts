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
  readonly wake: (record: T, keep: Keep<T>) => Promise<T | null>
}

/** Stores what is decided before the rest of the wake is done, and returns it as stored. */
export type Keep<T extends Stored> = (record: T) => Promise<T>

/** Another writer was first, so this wake ends. */
class Overtaken extends Error {}

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
    let stored = record
    const keep: Keep<T> = async (changed) => (stored = await this.#save(stored, changed))
    try {
      const next = await wake(record, keep)
      if (next === null) return await this.#remove(stored)
      return kind.nextWakeAt(await this.#save(stored, next))
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error
      // By a caller, or by another server with the same wake: that change has its own time.
      const current = await records.load(id)
      return current && kind.nextWakeAt(current)
    }
  }

  async #save(stored: T, next: T): Promise<T> {
    const { records, clock } = this.#deps
    const changed = { ...next, version: stored.version + 1, updatedAt: clock.now() }
    await unlessOvertaken(records.save(changed))
    return changed
  }

  async #remove(stored: T): Promise<null> {
    await unlessOvertaken(this.#deps.records.remove(stored))
    return null
  }
}

async function unlessOvertaken(write: Promise<void>): Promise<void> {
  try {
    await write
  } catch (error) {
    throw error instanceof VersionConflictError ? new Overtaken() : error
  }
}
