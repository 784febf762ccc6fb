import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { lockDataDirectory } from '#adapters/node/sqlite/data-lock.ts'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { SqlJobStore, journalSchema } from '#adapters/sql/job-store.ts'
import { jobsSchema } from '#adapters/sql/jobs-table.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { submitted } from '#test/support/fixtures.ts'
import { RecordingWaker } from '#test/support/recording-waker.ts'

const folder = mkdtempSync(join(tmpdir(), 'errand-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

describe('the data directory', () => {
  test('can be locked by one process, and again when that has let go', () => {
    const file = join(folder, 'server.lock')
    const unlock = lockDataDirectory(file)
    expect(() => lockDataDirectory(file)).toThrow('Another Errand server is using this data directory')
    unlock()
    lockDataDirectory(file)()
  })
})

describe('the SQLite file', () => {
  test('is written through to the disk at every commit', async () => {
    const db = new SqliteDatabase(join(folder, 'modes.db'))
    expect({ ...(await db.query('PRAGMA journal_mode'))[0] }).toEqual({ journal_mode: 'wal' })
    expect({ ...(await db.query('PRAGMA synchronous'))[0] }).toEqual({ synchronous: 2 })
    await db.close()
  })

  test('keeps jobs over a restart, whose migrations find nothing to do', async () => {
    const { job, event } = submitted()
    for (const round of ['first', 'second']) {
      const db = new SqliteDatabase(join(folder, 'jobs.db'))
      for (const schema of [jobsSchema, journalSchema]) await migrate(db, schema)
      const store = new SqlJobStore(db, { waker: new RecordingWaker() })
      if (round === 'first') await store.create(job, event)
      expect((await store.load(job.id))?.job).toEqual(job)
      await db.close()
    }
  })
})
