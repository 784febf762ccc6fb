import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { ConsoleLogger } from '#adapters/logging/logger.ts'
import { lockDataDirectory } from '#adapters/node/sqlite/data-lock.ts'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { SqlJobStore, journalSchema } from '#adapters/sql/job-store.ts'
import { jobsSchema } from '#adapters/sql/jobs-table.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { JobNotFoundError } from '#domain/job/errors.ts'
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

describe('the log', () => {
  function logged(log: (logger: ConsoleLogger) => void): Record<string, unknown> {
    const lines: string[] = []
    log(new ConsoleLogger({ write: (line) => lines.push(line), now: () => 0, secrets: ['sk-secret'] }))
    return JSON.parse(lines[0] ?? '') as Record<string, unknown>
  }

  test('is one JSON object a line', () => {
    expect(
      logged((logger) => {
        logger.info('Hej.', { jobId: 'job_1' })
      }),
    ).toEqual({ at: '1970-01-01T00:00:00.000Z', level: 'info', message: 'Hej.', jobId: 'job_1' })
  })

  test('never holds a secret, wherever it comes from', () => {
    const line = logged((logger) => {
      logger.error('No sk-secret.', new Error('key sk-secret', { cause: new Error('sk-secret') }), { a: 'sk-secret' })
    })
    expect(JSON.stringify(line)).not.toContain('sk-secret')
    expect(line['message']).toBe('No [redacted].')
  })

  test('goes on after lines that could not be written, and says how many they were', () => {
    const lines: unknown[] = []
    let isFull = true
    const write = (line: string): boolean => {
      if (!isFull) lines.push(JSON.parse(line))
      return !isFull
    }
    const logger = new ConsoleLogger({ write, now: () => 0, secrets: [] })
    logger.info('a')
    logger.info('b')
    isFull = false
    logger.info('c')
    logger.info('d')
    expect(lines).toMatchObject([{ level: 'warn', lines: 2 }, { message: 'c' }, { message: 'd' }])
  })

  test('tells the stack and the causes of a fault, and only the sentence of a refusal', () => {
    const fault = logged((logger) => {
      logger.error('x', new TypeError('broken', { cause: new Error('deep') }))
    })
    expect(fault['error']).toMatch(/^TypeError: broken\n\s+at /)
    expect(fault['error']).toContain('caused by Error: deep')
    expect(
      logged((logger) => {
        logger.error('x', new JobNotFoundError('job_1'))
      })['error'],
    ).toBe('job_not_found: There is no job "job_1".')
  })
})
