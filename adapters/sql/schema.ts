import { type SqlDatabase, numberAt, textAt } from './database.ts'

/** The tables of one store: statements that are run once each, in order. Append only; never edit one that was released. */
export interface SqlSchema {
  readonly name: string
  readonly statements: readonly string[]
}

/** What a migration has done to the tables of one store: levels count its statements, and 0 is none. */
export interface SchemaChange {
  readonly name: string
  readonly from: number
  readonly to: number
}

/** The tables were brought further by a newer release. Nothing of the database has been changed. */
export class NewerSchemaError extends Error {
  override readonly name = 'NewerSchemaError'

  constructor(name: string, version: number, known: number) {
    const levels = `its tables "${name}" are at level ${String(version)}, and this release knows ${String(known)}`
    super(`The database belongs to a newer release of Errand (${levels}). Start that release, or use another database.`)
  }
}

/** Brings the tables of these stores up to date; the result is what that changed. Safe to repeat. @throws {NewerSchemaError} before anything is changed. */
export async function migrate(db: SqlDatabase, ...schemas: readonly SqlSchema[]): Promise<readonly SchemaChange[]> {
  await db.batch([
    {
      sql: 'CREATE TABLE IF NOT EXISTS schema_versions (name TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID',
      params: [],
    },
  ])
  const rows = await db.query('SELECT name, version FROM schema_versions')
  const versions = new Map(rows.map((row) => [textAt(row, 'name'), numberAt(row, 'version')]))
  refuseNewer(schemas, versions)
  const changes = schemas
    .map((schema) => ({ schema, from: versions.get(schema.name) ?? 0 }))
    .filter(({ schema, from }) => from < schema.statements.length)
  for (const { schema, from } of changes) await bringUpToDate(db, schema, from)
  return changes.map(({ schema: { name, statements }, from }) => ({ name, from, to: statements.length }))
}

/** @param versions of the tables that are there, by name. @throws {NewerSchemaError} */
export function refuseNewer(schemas: readonly SqlSchema[], versions: ReadonlyMap<string, number>): void {
  for (const { name, statements } of schemas) {
    const version = versions.get(name) ?? 0
    if (version > statements.length) throw new NewerSchemaError(name, version, statements.length)
  }
}

async function bringUpToDate(db: SqlDatabase, { name, statements }: SqlSchema, done: number): Promise<void> {
  const missing = statements.slice(done)
  await db.batch([
    ...missing.map((sql) => ({ sql, params: [] })),
    {
      sql: 'INSERT INTO schema_versions (name, version) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET version = excluded.version',
      params: [name, statements.length],
    },
  ])
}
