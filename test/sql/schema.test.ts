import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { StartError } from '#adapters/node/process/start-error.ts'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import type { SqlDatabase } from '#adapters/sql/database.ts'
import { ownSchemas } from '#adapters/sql/own-tables.ts'
import { NewerSchemaError, type SqlSchema, migrate } from '#adapters/sql/schema.ts'
import { SystemClock } from '#adapters/web/clock.ts'
import { UlidGenerator } from '#adapters/web/id-generator.ts'
import { CryptoRandom } from '#adapters/web/random.ts'
import { SCHEMAS } from '#composition/node/schemas.ts'
import { openSqlite } from '#composition/node/sqlite.ts'
import { silentLogger } from '#test/support/silent-logger.ts'

const first: SqlSchema = { name: 'first', statements: ['CREATE TABLE a (x)', 'CREATE TABLE b (x)'] }
const second: SqlSchema = { name: 'second', statements: ['CREATE TABLE c (x)'] }

async function tablesOf(db: SqliteDatabase): Promise<unknown[]> {
  const rows = await db.query("SELECT name FROM sqlite_master WHERE name <> 'schema_versions' ORDER BY name")
  return rows.map(({ name }) => name)
}

describe('migrate', () => {
  test('runs each statement once, whatever is there already', async () => {
    const db = new SqliteDatabase(':memory:')
    await migrate(db, { ...first, statements: first.statements.slice(0, 1) })
    await migrate(db, first, second)
    await migrate(db, first, second)
    expect(await tablesOf(db)).toEqual(['a', 'b', 'c'])
    await db.close()
  })

  test('changes tables in use by one statement at a time, so that none is locked for all of them', async () => {
    const db = new SqliteDatabase(':memory:')
    await migrate(db, first)
    const together: (readonly string[])[] = []
    const watched: SqlDatabase = {
      query: (...asked) => db.query(...asked),
      batch: (statements) => {
        together.push(statements.map(({ sql }) => sql).filter((sql) => /^(?:ALTER|CREATE INDEX)/.test(sql)))
        return db.batch(statements)
      },
    }
    const later = ['ALTER TABLE a ADD COLUMN y', 'CREATE INDEX a_by_y ON a (y)', 'ALTER TABLE b ADD COLUMN y']
    await migrate(watched, { ...first, statements: [...first.statements, ...later] })
    expect(together.filter((sqls) => sqls.length > 0)).toEqual(later.map((sql) => [sql]))
    await db.close()
  })

  test('fills a table in steps of five thousand rows, from its beginning after a crash', async () => {
    const db = new SqliteDatabase(':memory:')
    const made = { name: 'rows', statements: ['CREATE TABLE rows (id TEXT PRIMARY KEY, n BIGINT DEFAULT 0)'] }
    await migrate(db, made)
    const numbers = 'WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 12001)'
    await db.batch([{ sql: `${numbers} INSERT INTO rows (id) SELECT printf('%05d', n) FROM c`, params: [] }])
    const fill = { table: 'rows', key: 'id', sql: 'UPDATE rows SET n = 1 WHERE id > ? AND id <= ?' }
    const steps: number[] = []
    let lives = 2
    const mortal: SqlDatabase = {
      query: (...asked) => db.query(...asked),
      batch: async (statements) => {
        if (--lives === 0) throw new Error('The process dies.')
        const filled = await db.batch(statements)
        const [row] = await db.query('SELECT COUNT(*) AS n FROM rows WHERE n = 1')
        steps.push(Number(row?.['n']))
        return filled
      },
    }
    const schema = { ...made, statements: [...made.statements, fill] }
    await expect(migrate(mortal, schema)).rejects.toThrow('The process dies.')
    lives = Infinity
    steps.length = 0
    await migrate(mortal, schema)
    // The last is the level of the tables, after all rows.
    expect(steps).toEqual([0, 5000, 10_000, 12_001, 12_001])
    await migrate(mortal, schema)
    expect(steps).toEqual([0, 5000, 10_000, 12_001, 12_001, 12_001])
    await db.close()
  })

  test('refuses tables of a newer release before it touches any', async () => {
    const db = new SqliteDatabase(':memory:')
    await migrate(db, { ...second, statements: [...second.statements, 'CREATE TABLE d (x)'] })
    await expect(migrate(db, first, second)).rejects.toThrow(NewerSchemaError)
    expect(await tablesOf(db)).toEqual(['c', 'd'])
    await db.close()
  })

  test('beside another process, of which only one makes the tables', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'errand-')), 'errand.db')
    const [db, other] = [new SqliteDatabase(file), new SqliteDatabase(file)]
    // The other process comes between the look at the levels and the change.
    const overtaken: SqlDatabase = {
      query: (...asked) => db.query(...asked),
      batch: async (statements) => {
        if (statements.length > 1) await migrate(other, first, second)
        return db.batch(statements)
      },
    }
    expect(await migrate(overtaken, first, second)).toEqual([])
    expect(await tablesOf(db)).toEqual(['a', 'b', 'c'])
    await Promise.all([db.close(), other.close()])
    rmSync(dirname(file), { recursive: true })
  })

  test('names the table and the statement that cannot be run, and keeps what came before it', async () => {
    const db = new SqliteDatabase(':memory:')
    const stock = ['CREATE TABLE stock (sku)', 'ALTER TABLE stock\n  ADDING count', 'CREATE TABLE after (x)']
    const [faulty] = ownSchemas([{ name: 'stock', statements: stock }])
    const migrated = async (schema?: SqlSchema) => schema && migrate(db, schema, second)
    await expect(migrated(faulty)).rejects.toThrow(
      'Statement 2 of the table "stock" cannot be run (near "ADDING": syntax error): ALTER TABLE stock ADDING count',
    )
    expect(await tablesOf(db)).toEqual(['stock'])
    const [mended] = ownSchemas([{ name: 'stock', statements: stock.with(1, 'ALTER TABLE stock ADD COLUMN count') }])
    expect(await migrated(mended)).toContainEqual({ name: 'own:stock', from: 1, to: 3 })
    await db.close()
  })
})

describe('a data directory of a newer release', () => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'errand-'))
  })
  afterEach(() => {
    rmSync(directory, { recursive: true })
  })

  const open = () => {
    const clock = new SystemClock()
    const ids = new UlidGenerator(clock, new CryptoRandom())
    return openSqlite({ dataDir: directory, schemas: SCHEMAS }, { clock, ids, logger: silentLogger })
  }
  const inFile = async (sql: string) => {
    const db = new SqliteDatabase(join(directory, 'errand.db'))
    const rows = sql.startsWith('SELECT') ? await db.query(sql) : await db.batch([{ sql, params: [] }])
    await db.close()
    return rows
  }

  test('is refused with one sentence, and left as it is', async () => {
    await (await open()).close()
    await inFile("UPDATE schema_versions SET version = 99 WHERE name = 'journal'")
    const before = await inFile('SELECT * FROM schema_versions ORDER BY name')
    const error: unknown = await open().catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(StartError)
    expect(String(error)).toMatch(
      /newer release of Errand \(its tables "journal" are at level 99, and this release knows \d+\)/,
    )
    expect(await inFile('SELECT * FROM schema_versions ORDER BY name')).toEqual(before)
  })
})
