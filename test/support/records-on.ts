import type { SqlDatabase } from '#adapters/sql/database.ts'
import { SqlRecordStore } from '#adapters/sql/record-store.ts'
import type { Waker } from '#ports/waker.ts'
import type { RecordStoreSubject } from '#test/contracts/record-store.contract.ts'

const DEAF: Waker = { wakeAt: () => Promise.resolve() }

/** Records of a database that has their table. @param alarm where it is the alarm that wakes, and not what the row says. */
export function recordsOn(db: SqlDatabase, waker = DEAF, alarm?: () => Promise<number | null>): RecordStoreSubject {
  const rowSays = async (id: string): Promise<number | null> => {
    const [row] = await db.query('SELECT wake_at FROM records WHERE id = ?', id)
    const at = row?.['wake_at']
    return typeof at === 'number' ? at : null
  }
  return { open: (kind) => new SqlRecordStore(db, kind, waker), armedAt: alarm ?? rowSays }
}
