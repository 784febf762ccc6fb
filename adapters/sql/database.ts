export type SqlValue = string | number | null

export type SqlRow = Readonly<Record<string, SqlValue>>

export interface Statement {
  readonly sql: string
  readonly params: readonly SqlValue[]
  /** Given: the statement must change exactly this many rows, or the whole batch is undone. */
  readonly changes?: number
}

/**
 * All that the stores ask of an SQL engine; SQLite's dialect, `?` for parameters.
 * An implementation is correct when `test/contracts/sql-database.contract.ts` passes.
 */
export interface SqlDatabase {
  query(sql: string, ...params: readonly SqlValue[]): Promise<readonly SqlRow[]>

  /** Runs all statements in one transaction. `false` when a guard failed: then nothing has changed. */
  batch(statements: readonly Statement[]): Promise<boolean>
}

/** @throws {TypeError} when the row has no text there: the schema and the query disagree. */
export function textAt(row: SqlRow, column: string): string {
  const value = row[column]
  if (typeof value !== 'string') throw new TypeError(`Column "${column}" holds no text.`)
  return value
}

/** @throws {TypeError} when the row has no number there. */
export function numberAt(row: SqlRow, column: string): number {
  const value = row[column]
  if (typeof value !== 'number') throw new TypeError(`Column "${column}" holds no number.`)
  return value
}
