import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { textAt } from '#adapters/sql/database.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { SCHEMAS } from '#composition/node/schemas.ts'
import { levelsOf, statementsOf } from './dump.ts'

const FOLDER = join(import.meta.dirname, 'databases')

/** Whose databases there are: one of each release, and one from before the first. */
export function databases(): readonly string[] {
  return readdirSync(FOLDER).map((file) => file.replace('.jsonl', ''))
}

/** The lines of `dump`; none where there is no such database. */
export function readDatabase(name: string): readonly string[] {
  const path = join(FOLDER, `${name}.jsonl`)
  return existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : []
}

export function writeDatabase(name: string, lines: readonly string[]): void {
  writeFileSync(join(FOLDER, `${name}.jsonl`), `${lines.join('\n')}\n`)
}

/** Whether a dump has the tables and indexes that this code makes, at the same levels. */
export async function hasTablesOfToday(lines: readonly string[]): Promise<boolean> {
  const db = new SqliteDatabase(':memory:')
  await migrate(db, ...SCHEMAS)
  const rows = await db.query('SELECT sql FROM sqlite_master WHERE sql IS NOT NULL')
  const levels = await db.query('SELECT name, version FROM schema_versions')
  await db.close()
  if (sorted(levels.map((row) => JSON.stringify(row))) !== sorted(levelsOf(lines))) return false
  return sorted(rows.map((row) => textAt(row, 'sql'))) === sorted(statementsOf(lines))
}

function sorted(statements: readonly string[]): string {
  return JSON.stringify(statements.map((sql) => sql.replaceAll(/\s+/g, ' ')).sort())
}
