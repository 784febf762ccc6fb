import { DatabaseSync, type SQLInputValue } from 'node:sqlite'

/** All of a database as lines of JSON: when it was written, what makes its tables and indexes, then the rows. */
export function dump(file: string): readonly string[] {
  const db = new DatabaseSync(file)
  const made = db.prepare('SELECT name, type, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid').all()
  const tables = made.filter(({ type }) => type === 'table').map(({ name }) => String(name))
  const rows = tables.flatMap((table) =>
    db
      .prepare(`SELECT * FROM ${table}`)
      .all()
      .map((row) => ({ table, row })),
  )
  db.close()
  return [{ writtenAt: Date.now() }, ...made.map(({ sql }) => ({ sql })), ...rows].map((line) => JSON.stringify(line))
}

/** What makes the tables and indexes of a dump. */
export function statementsOf(lines: readonly string[]): readonly string[] {
  return lines
    .map((line) => JSON.parse(line) as { sql?: string })
    .flatMap(({ sql }) => (sql === undefined ? [] : [sql]))
}

/** How far the tables of a dump were brought, a store a text. */
export function levelsOf(lines: readonly string[]): readonly string[] {
  return lines
    .map((line) => JSON.parse(line) as Line)
    .flatMap(({ table, row }) => (table === 'schema_versions' ? [JSON.stringify(row)] : []))
}

const YEAR_MS = 31_536_000_000

/** Writes a dump as a file, as if its server had died `agoMs` before now: every time in it is moved on with that. */
export function restore(lines: readonly string[], file: string, agoMs: number): void {
  const [first = '{}', ...rest] = lines
  const { writtenAt } = JSON.parse(first) as { readonly writtenAt: number }
  const passedMs = Date.now() - agoMs - writtenAt
  const moved = (text: string): string => {
    const at = Number(text)
    return Math.abs(at - writtenAt) < YEAR_MS ? String(at + passedMs) : text
  }
  const db = new DatabaseSync(file)
  for (const line of rest) {
    const { sql, table, row } = JSON.parse(line.replaceAll(/\b\d{13}\b/g, moved)) as Line
    if (sql !== undefined) db.exec(sql)
    else if (table !== undefined) insert(db, table, row ?? {})
  }
  db.close()
}

interface Line {
  readonly sql?: string
  readonly table?: string
  readonly row?: Readonly<Record<string, SQLInputValue>>
}

function insert(db: DatabaseSync, table: string, row: Readonly<Record<string, SQLInputValue>>): void {
  const columns = Object.keys(row)
  const marks = columns.map(() => '?').join(', ')
  db.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${marks})`).run(...Object.values(row))
}
