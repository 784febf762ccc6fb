import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SqliteWriter } from '#adapters/node/sqlite/writer.ts'

const LOG_BYTES = 4000 * 4096

let folder: string
let db: SqliteWriter

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'errand-'))
  db = new SqliteWriter(join(folder, 'errand.db'))
})

afterEach(async () => {
  await db.close()
  rmSync(folder, { recursive: true })
})

const logBytes = (): number => statSync(join(folder, 'errand.db-wal')).size
const run = (sql: string, ...params: readonly string[]) => db.batch([{ sql, params }])

describe('a writer that has made room', () => {
  test('keeps what was there, adds nothing to it, and no commit makes its log longer', async () => {
    await run('CREATE TABLE notes (text TEXT)')
    await run('INSERT INTO notes VALUES (?)', 'before')
    db.makeRoom()
    const room = logBytes()
    expect(room).toBeGreaterThan(LOG_BYTES)
    // More than the log holds: on the way its pages are copied to their places, and it is begun anew.
    for (let note = 0; note < 60; note++) await run('INSERT INTO notes VALUES (?)', String(note % 10).repeat(500_000))
    expect(logBytes()).toBe(room)
    expect(statSync(join(folder, 'errand.db')).size).toBeGreaterThan(LOG_BYTES)
    const kept = await db.query(
      'SELECT count(*) AS notes, min(text) FILTER (WHERE length(text) = 6) AS first FROM notes',
    )
    expect(kept).toMatchObject([{ notes: 61, first: 'before' }])
    db.makeRoom()
    expect(logBytes()).toBe(room)
    expect(await db.query("SELECT name FROM sqlite_master WHERE name <> 'notes'")).toEqual([])
  })
})

describe('a writer', () => {
  test('commits a batch that is alone inline, and records how long that took, unless inline commits are not worthwhile', async () => {
    const times: number[] = []
    let away = false
    const inline = { isWorthwhile: () => !away, took: (ms: number) => times.push(ms) }
    const writer = new SqliteWriter(join(folder, 'inline.db'), { inline })
    writer.makeRoom()
    const write = (sql: string) => writer.batch([{ sql, params: [] }])
    await write('CREATE TABLE notes (text TEXT)')
    expect(times.length).toBe(1)
    away = true
    await write("INSERT INTO notes VALUES ('away')")
    expect(times.length).toBe(1)
    away = false
    await Promise.all([write("INSERT INTO notes VALUES ('together')"), write("INSERT INTO notes VALUES ('too')")])
    expect(times.length).toBe(1)
    await write("INSERT INTO notes VALUES ('here')")
    expect(times.length).toBe(2)
    expect(await writer.query('SELECT count(*) AS notes FROM notes')).toMatchObject([{ notes: 4 }])
    await writer.close()
  })
})
