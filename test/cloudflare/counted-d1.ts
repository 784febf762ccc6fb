export interface D1Counts {
  rowsWritten: number
  rowsRead: number
  /** Questions put to it. */
  queries: number
}

/** A D1 database, with what is billed of it counted. */
export function countedD1(db: D1Database): { readonly counts: D1Counts; readonly db: D1Database } {
  const counts: D1Counts = { rowsWritten: 0, rowsRead: 0, queries: 0 }
  const count = <T extends D1Result>(result: T): T => {
    counts.rowsWritten += result.meta.rows_written
    counts.rowsRead += result.meta.rows_read
    return result
  }
  const bound = new WeakMap<object, D1PreparedStatement>()
  const statement = (real: D1PreparedStatement): D1PreparedStatement => {
    const counted = {
      bind: (...values: unknown[]) => statement(real.bind(...values)),
      all: async () => {
        counts.queries++
        return count(await real.all())
      },
      run: async () => {
        counts.queries++
        return count(await real.run())
      },
    }
    bound.set(counted, real)
    return counted as unknown as D1PreparedStatement
  }
  const counted = {
    prepare: (sql: string) => statement(db.prepare(sql)),
    batch: async (statements: D1PreparedStatement[]) => {
      counts.queries++
      const results = await db.batch(statements.map((one) => bound.get(one) ?? one))
      return results.map(count)
    },
  }
  return { counts, db: counted as unknown as D1Database }
}
