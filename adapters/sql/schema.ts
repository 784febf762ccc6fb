import { StorageUnavailableError } from '#domain/storage/errors.ts'
import { type SqlDatabase, type Statement, numberAt, textAt } from './database.ts'

/** Begins the names of an author's tables, as no name of ours does. */
export const OWN = 'own:'

/** Characters of a statement that an error shows. */
const MOST_SHOWN = 200

/**
 * A statement over a table that may have any number of rows. It is run for some of them at a time, in transactions of
 * their own, so tables in use are not locked for long. After a crash it begins anew, so it must be repeatable.
 */
export interface Fill {
  readonly table: string
  /** Of the table's primary key, which is text. */
  readonly key: string
  /** Its parameters are two keys: it changes rows after the first, up to the second. */
  readonly sql: string
}

/** Rows that one step of a fill looks at. */
const FILL_ROWS = 5000

/** The tables of one store: statements that are run once each, in order. Append only; never edit one that was released. */
export interface SqlSchema {
  readonly name: string
  readonly statements: readonly (string | Fill)[]
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

/** A statement of a table cannot be run, and the message says which. What came before it is there. */
export class StatementError extends Error {
  override readonly name = 'StatementError'

  /** @param number of the statement, from 1. */
  constructor({ name, statements }: SqlSchema, number: number, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const said = statements[number - 1] ?? ''
    const sql = (typeof said === 'string' ? said : said.sql).replaceAll(/\s+/g, ' ').slice(0, MOST_SHOWN)
    super(`Statement ${String(number)} of the table "${name.replace(OWN, '')}" cannot be run (${reason}): ${sql}`, {
      cause,
    })
  }
}

/**
 * Brings the tables of these stores up to date; the result is what that changed. Safe to repeat, and for several at
 * once. @throws {NewerSchemaError} before anything is changed. {StatementError}
 */
export async function migrate(db: SqlDatabase, ...schemas: readonly SqlSchema[]): Promise<readonly SchemaChange[]> {
  await db.batch([
    {
      sql: 'CREATE TABLE IF NOT EXISTS schema_versions (name TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID',
      params: [],
    },
  ])
  const versions = await versionsIn(db)
  refuseNewer(schemas, versions)
  const changes: SchemaChange[] = []
  for (const schema of schemas) {
    const { name, statements } = schema
    const from = versions.get(name) ?? 0
    if (from >= statements.length) continue
    if (await bringUpToDate(db, schema, from)) changes.push({ name, from, to: statements.length })
    else {
      await otherCameFirst(db, name, from)
      return [...changes, ...(await migrate(db, ...schemas))]
    }
  }
  return changes
}

async function versionsIn(db: SqlDatabase): Promise<ReadonlyMap<string, number>> {
  const rows = await db.query('SELECT name, version FROM schema_versions')
  return new Map(rows.map((row) => [textAt(row, 'name'), numberAt(row, 'version')]))
}

/** @throws where nothing has changed the tables since they were looked at: to try again would change nothing either. */
async function otherCameFirst(db: SqlDatabase, name: string, from: number): Promise<void> {
  if (((await versionsIn(db)).get(name) ?? 0) !== from) return
  throw new Error(`The tables "${name}" stay at level ${String(from)}, and the database does not say why.`)
}

/** @param versions of the tables that are there, by name. @throws {NewerSchemaError} */
export function refuseNewer(schemas: readonly SqlSchema[], versions: ReadonlyMap<string, number>): void {
  for (const { name, statements } of schemas) {
    const version = versions.get(name) ?? 0
    if (version > statements.length) throw new NewerSchemaError(name, version, statements.length)
  }
}

/** `false` where another process came first. */
async function bringUpToDate(db: SqlDatabase, schema: SqlSchema, from: number): Promise<boolean> {
  // Tables in use are locked by one statement at a time, and not by a new column while an index is built.
  if (from > 0 || schema.statements.some(isFill)) return oneByOne(db, schema, from)
  try {
    return await db.batch(steps(schema, from, schema.statements.length))
  } catch (error) {
    if (error instanceof StorageUnavailableError) throw error
    return oneByOne(db, schema, from)
  }
}

/** Each in a transaction of its own: it is kept if a later one fails, and the one that cannot be run is found. */
async function oneByOne(db: SqlDatabase, schema: SqlSchema, from: number): Promise<boolean> {
  for (let level = from; level < schema.statements.length; level++) {
    try {
      const statement = schema.statements[level]
      if (statement !== undefined && isFill(statement)) await fill(db, statement)
      if (!(await db.batch(steps(schema, level, level + 1)))) return false
    } catch (error) {
      throw error instanceof StorageUnavailableError ? error : new StatementError(schema, level + 1, error)
    }
  }
  return true
}

async function fill(db: SqlDatabase, { table, key, sql }: Fill): Promise<void> {
  const next = `SELECT MAX(${key}) AS last FROM (
    SELECT ${key} FROM ${table} WHERE ${key} > ? ORDER BY ${key} LIMIT ?) AS step`
  for (let after = ''; ;) {
    const [row] = await db.query(next, after, FILL_ROWS)
    if (typeof row?.['last'] !== 'string') return
    await db.batch([{ sql, params: [after, row['last']] }])
    after = row['last']
  }
}

function isFill(statement: string | Fill): statement is Fill {
  return typeof statement !== 'string'
}

/** Guarded: nothing where the tables are no longer at the level `from`. */
function steps({ name, statements }: SqlSchema, from: number, to: number): readonly Statement[] {
  const level: Statement =
    from === 0
      ? {
          sql: 'INSERT INTO schema_versions (name, version) VALUES (?, ?) ON CONFLICT (name) DO NOTHING',
          params: [name, to],
          changes: 1,
        }
      : {
          sql: 'UPDATE schema_versions SET version = ? WHERE name = ? AND version = ?',
          params: [to, name, from],
          changes: 1,
        }
  const said = statements.slice(from, to).flatMap((one) => (isFill(one) ? [] : [{ sql: one, params: [] }]))
  return [level, ...said]
}
