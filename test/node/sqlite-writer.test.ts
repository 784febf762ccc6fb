import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SqliteWriter } from '#adapters/node/sqlite-writer.ts'

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
    expect(room).toBeGreaterThan(4000 * 4096)
    // More than the log holds before its pages are copied to their places.
    for (let note = 0; note < 20; note++) await run('INSERT INTO notes VALUES (?)', String(note).repeat(500_000))
    expect(logBytes()).toBe(room)
    const kept = await db.query(
      'SELECT count(*) AS notes, min(text) FILTER (WHERE length(text) = 6) AS first FROM notes',
    )
    expect(kept).toMatchObject([{ notes: 21, first: 'before' }])
    expect(await db.query("SELECT name FROM sqlite_master WHERE name <> 'notes'")).toEqual([])
  })
})
