import { type SqlDatabase, numberAt } from './database.ts'

/** The tables of one store: statements that are run once each, in order. Append only; never edit one that was released. */
export interface SqlSchema {
  readonly name: string
  readonly statements: readonly string[]
}

/** Brings the tables up to date. Safe to repeat. */
export async function migrate(db: SqlDatabase, schema: SqlSchema): Promise<void> {
  await db.batch([
    {
      sql: 'CREATE TABLE IF NOT EXISTS schema_versions (name TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID',
      params: [],
    },
  ])
  const done = await versionOf(db, schema)
  const missing = schema.statements.slice(done)
  if (missing.length === 0) return
  await db.batch([
    ...missing.map((sql) => ({ sql, params: [] })),
    {
      sql: 'INSERT INTO schema_versions (name, version) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET version = excluded.version',
      params: [schema.name, schema.statements.length],
    },
  ])
}

async function versionOf(db: SqlDatabase, { name }: SqlSchema): Promise<number> {
  const [row] = await db.query('SELECT version FROM schema_versions WHERE name = ?', name)
  return row ? numberAt(row, 'version') : 0
}
