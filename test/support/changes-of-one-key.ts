import { strictEqual } from 'node:assert/strict'
import type { SqlDatabase } from '#adapters/sql/database.ts'
import { SqlRecordStore } from '#adapters/sql/record-store.ts'
import type { RecordKind, Stored } from '#domain/record/kind.ts'
import { scheduling } from './scheduling.ts'

const AN_HOUR = { delaySeconds: 3600 }

/** So many PUTs of one debounced schedule, as of a busy cart, after which it is one row with one fire to come. */
export async function changesOfOneKey(db: SqlDatabase, count: number): Promise<void> {
  const of = <T extends Stored>(kind: RecordKind<T>): SqlRecordStore<T> =>
    new SqlRecordStore(db, kind, { wakeAt: () => Promise.resolve() })
  const s = scheduling('2027-01-01T00:30:00Z', { records: { of } })
  for (let n = 0; n < count; n++) await s.put(AN_HOUR, { merge: 'all', input: { cart: 'x'.repeat(50) } })
  const [row] = await db.query("SELECT COUNT(*) AS n FROM records WHERE kind = 'schedule' AND wake_at IS NOT NULL")
  strictEqual(Number(row?.['n']), 1)
  strictEqual((await s.get()).nextFireAt, s.clock.now() + 3_600_000)
}
