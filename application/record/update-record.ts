import type { Stored } from '#domain/record/kind.ts'
import { VersionConflictError } from '#domain/storage/errors.ts'
import type { Clock } from '#ports/clock.ts'
import type { RecordStore } from '#ports/record-store.ts'

/** Between reading and writing, a wake may write a few times; it cannot do so for ever. */
const MOST_TRIES = 20

export interface UpdateRecordDeps<T extends Stored> {
  readonly records: Pick<RecordStore<T>, 'load' | 'save'>
  readonly clock: Pick<Clock, 'now'>
}

/**
 * Writes to a record from outside of its wake. `decide` returns the fields that change, or `null` for none. It is asked
 * again with the newer record when another writer came first.
 *
 * @returns the record as it is then stored; `null` where there is none.
 * @throws what `decide` throws.
 */
export async function updateRecord<T extends Stored>(
  { records, clock }: UpdateRecordDeps<T>,
  id: string,
  decide: (record: T) => Partial<T> | null,
): Promise<T | null> {
  for (let tries = 1; ; tries++) {
    const record = await records.load(id)
    if (!record) return null
    const changes = decide(record)
    if (changes === null) return record
    const changed = { ...record, ...changes, version: record.version + 1, updatedAt: clock.now() }
    try {
      await records.save(changed)
      return changed
    } catch (error) {
      if (!(error instanceof VersionConflictError) || tries === MOST_TRIES) throw error
    }
  }
}
