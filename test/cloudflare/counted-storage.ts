export interface StorageCounts {
  rowsWritten: number
  rowsRead: number
  /** Alarms set or deleted: a row written each. */
  alarms: number
}

/** The part of a Durable Object's storage that is billed by use, counted. */
export function countedStorage(storage: DurableObjectStorage): {
  readonly counts: StorageCounts
  readonly storage: DurableObjectStorage
} {
  const counts: StorageCounts = { rowsWritten: 0, rowsRead: 0, alarms: 0 }
  const sql = {
    exec: (query: string, ...bindings: unknown[]) => {
      const cursor = storage.sql.exec(query, ...bindings)
      const rows = cursor.toArray()
      counts.rowsWritten += cursor.rowsWritten
      counts.rowsRead += cursor.rowsRead
      return { toArray: () => rows, one: () => rows[0], rowsWritten: cursor.rowsWritten }
    },
  }
  const kv = {
    get: (key: string) => {
      counts.rowsRead++
      return storage.kv.get(key)
    },
    put: (key: string, value: unknown) => {
      counts.rowsWritten++
      storage.kv.put(key, value)
    },
  }
  const counted = {
    sql,
    kv,
    transactionSync: <T>(work: () => T): T => storage.transactionSync(work),
    getAlarm: () => storage.getAlarm(),
    setAlarm: async (at: number) => {
      counts.alarms++
      await storage.setAlarm(at)
    },
    deleteAlarm: async () => {
      counts.alarms++
      await storage.deleteAlarm()
    },
    deleteAll: () => storage.deleteAll(),
  }
  return { counts, storage: counted as unknown as DurableObjectStorage }
}
