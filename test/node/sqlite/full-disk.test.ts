import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, test } from 'vitest'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { makeDirectory, makePrivateFile } from '#adapters/node/sqlite/data-directory.ts'
import { dataProblem } from '#adapters/node/sqlite/data-problem.ts'
import { SqliteProbe } from '#adapters/node/sqlite/storage-probe.ts'
import { SqliteWriter } from '#adapters/node/sqlite/writer.ts'
import { OutageRetry } from '#adapters/sql/outage-retry.ts'
import { SqlJobStore, journalSchema } from '#adapters/sql/job-store.ts'
import { jobsSchema } from '#adapters/sql/jobs-table.ts'
import { PatientJobStore } from '#adapters/sql/patient-job-store.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { StorageUnavailableError } from '#domain/storage/errors.ts'
import { T0, after, started, submitted } from '#test/support/fixtures.ts'
import { RecordingWaker } from '#test/support/recording-waker.ts'

const folder = mkdtempSync(join(tmpdir(), 'errand-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const LARGE = 'x'.repeat(1_000_000)

/** A database whose file may not grow, as on a full disk: SQLite refuses with the same error, in the thread of this test. */
async function scene(name: string) {
  const db = new SqliteWriter(join(folder, name), { inline: { isWorthwhile: () => true, took: () => undefined } })
  await migrate(db, jobsSchema, journalSchema)
  await db.batch([{ sql: 'CREATE TABLE notes (text TEXT)', params: [] }])
  const fill = async (): Promise<void> => {
    await db.query('PRAGMA max_page_count = 1')
  }
  const makeRoom = async (): Promise<void> => {
    await db.query('PRAGMA max_page_count = 1000000')
  }
  const write = (text: string) => db.batch([{ sql: 'INSERT INTO notes VALUES (?)', params: [text] }])
  return { db, fill, makeRoom, write, probe: new SqliteProbe(db) }
}

describe('a disk that is full', () => {
  test('is told as an outage, and lets go on what needs no room; with room again all is as before', async () => {
    const { db, fill, makeRoom, write } = await scene('full.db')
    await write('kept')
    await fill()
    await expect(write(LARGE)).rejects.toMatchObject({
      code: 'storage_unavailable',
      retryable: true,
      retryAfterMs: 5000,
    })
    expect(await db.query('SELECT text FROM notes')).toHaveLength(1)
    expect(await db.batch([{ sql: 'DELETE FROM notes', params: [] }])).toBe(true)
    await makeRoom()
    expect(await write(LARGE)).toBe(true)
    await db.close()
  })

  test('is told by the thread that writes too', async () => {
    const { db } = await scene('thread.db')
    db.makeRoom()
    const page = { sql: 'PRAGMA max_page_count = 1', params: [] }
    // Two at once are committed there; its own connection is given its own limit.
    await Promise.all([db.batch([page]), db.batch([page])])
    const large = { sql: 'INSERT INTO notes VALUES (?)', params: [LARGE] }
    const both = await Promise.allSettled([db.batch([large]), db.batch([large])])
    for (const one of both) expect(one).toMatchObject({ status: 'rejected', reason: { code: 'storage_unavailable' } })
    await db.close()
  })

  test('makes a server not ready that can still be read', async () => {
    const { db, fill, makeRoom, write, probe } = await scene('ready.db')
    await probe.read()
    await fill()
    await expect(write(LARGE)).rejects.toThrow(StorageUnavailableError)
    expect(db.isKnownToWrite).toBe(false)
    await db.query('PRAGMA query_only = ON')
    await expect(probe.read()).rejects.toThrow(StorageUnavailableError)
    await db.query('PRAGMA query_only = OFF')
    await makeRoom()
    await probe.read()
    await db.close()
  })

  test('is waited out by an executor, whose job goes on where it was', async () => {
    const { db, fill, makeRoom } = await scene('patient.db')
    const clock = new ManualClock()
    const plain = new SqlJobStore(db, { waker: new RecordingWaker() })
    const store = new PatientJobStore(plain, new OutageRetry({ clock, patienceMs: 600_000 }))
    const { job, event, state } = submitted({})
    await store.create(job, event)
    const running = after(state, [started(T0)])
    await store.save(running, [started(T0)])
    await fill()
    const failed = { type: 'job.failed', at: T0, error: { code: 'model_failed', message: LARGE } } as const
    const saved = store.save(after(running, [failed]), [failed])
    for (let n = 0; n < 10 && clock.nextAt() === null; n++) await new Promise(setImmediate)
    expect((await plain.load(job.id))?.job.status).toBe('running')
    await makeRoom()
    await clock.advance(2000)
    await saved
    expect((await plain.load(job.id))?.job.status).toBe('failed')
    await db.close()
  })

  test('that kept a commit after all is not written to twice', async () => {
    const { db } = await scene('kept.db')
    const clock = new ManualClock()
    const plain = new SqlJobStore(db, { waker: new RecordingWaker() })
    const { job, event, state } = submitted({})
    await plain.create(job, event)
    const save = plain.save.bind(plain)
    let isFirst = true
    plain.save = async (...args) => {
      await save(...args)
      if (isFirst) {
        isFirst = false
        throw new StorageUnavailableError(new Error('disk I/O error'))
      }
    }
    const store = new PatientJobStore(plain, new OutageRetry({ clock, patienceMs: 600_000 }))
    const saved = store.save(after(state, [started(T0)]), [started(T0)])
    for (let n = 0; n < 10 && clock.nextAt() === null; n++) await new Promise(setImmediate)
    await clock.advance(2000)
    await saved
    expect(await plain.events(job.id, 0)).toHaveLength(2)
    await db.close()
  })
})

describe('the files of a data directory', () => {
  test('are for their owner alone, with all that lies beside them', async () => {
    const directory = join(folder, 'deep', 'data')
    makeDirectory(directory)
    const file = join(directory, 'errand.db')
    writeFileSync(file, '', { mode: 0o644 })
    makePrivateFile(file)
    const db = new SqliteWriter(file)
    await migrate(db, jobsSchema)
    const modes = ['', '/errand.db', '/errand.db-wal', '/errand.db-shm'].map(
      (name) => statSync(directory + name).mode & 0o777,
    )
    expect(modes).toEqual([0o700, 0o600, 0o600, 0o600])
    await db.close()
  })

  test.each([
    ['/proc/foo', 'No directory can be made at "/proc/foo" (ENOENT)'],
    [join(folder, 'file', 'below'), 'leads through a file'],
  ])('a directory that cannot be is told at once: %s', (path, sentence) => {
    writeFileSync(join(folder, 'file'), '')
    const said = problemOf(() => {
      makeDirectory(path)
    }, path)
    expect(said).toContain(sentence)
  })

  test('a file of another program, and one that is damaged, are told apart', async () => {
    const foreign = join(folder, 'foreign.db')
    writeFileSync(foreign, 'This is a letter and no database at all. '.repeat(100))
    expect(problemOf(() => new SqliteWriter(foreign), foreign)).toContain('is not an SQLite database')
    const damaged = join(folder, 'damaged.db')
    const made = new DatabaseSync(damaged)
    made.exec('CREATE TABLE a (b); INSERT INTO a VALUES (1)')
    made.close()
    const { size } = statSync(damaged)
    writeFileSync(damaged, Buffer.alloc(size - 100, 0xff), { flag: 'r+' })
    expect(problemOf(() => new SqliteWriter(damaged), damaged)).toMatch(/not an SQLite database|is damaged/)
    await Promise.resolve()
  })
})

function problemOf(work: () => unknown, path: string): string {
  try {
    work()
  } catch (error) {
    return dataProblem(error, join(path, 'errand.db'), path)
  }
  return ''
}
