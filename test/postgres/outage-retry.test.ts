import { expect, test } from 'vitest'
import { LocalFeed } from '#adapters/local/job-feed.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import type { Notice } from '#adapters/postgres/notices.ts'
import { PostgresOutageRetry } from '#adapters/postgres/outage-retry.ts'
import { SharedFeed } from '#adapters/postgres/job-feed.ts'
import { StorageUnavailableError } from '#domain/storage/errors.ts'

const away = () => Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }))

test('an outage that lasts for too long is told as one that may pass, and anything else as it is', async () => {
  const retry = new PostgresOutageRetry({ clock: new ManualClock(), patienceMs: 0 })
  await expect(retry.keep(away)).rejects.toThrow(StorageUnavailableError)
  await expect(retry.keep(() => Promise.reject(new RangeError('wrong')))).rejects.toThrow(RangeError)
})

test.each(['53100', '53200', '57P05', '57014', '55P03', '25006'])('%s is an outage, which may pass', async (code) => {
  const retry = new PostgresOutageRetry({ clock: new ManualClock(), patienceMs: 0 })
  const failed = () => Promise.reject(Object.assign(new Error('words of the server'), { code }))
  await expect(retry.keep(failed)).rejects.toThrow(StorageUnavailableError)
})

test('a deadlock is tried again', async () => {
  const clock = new ManualClock()
  let tries = 0
  const kept = new PostgresOutageRetry({ clock }).keep(() => {
    tries += 1
    return tries === 1 ? Promise.reject(Object.assign(new Error('deadlock'), { code: '40P01' })) : Promise.resolve('ok')
  })
  // So that it has failed and rests.
  await new Promise(setImmediate)
  await clock.advance(1000)
  expect(await kept).toBe('ok')
})

test('however many watch a job here, the others hear of it once at a time, and no more when the last has left', async () => {
  const clock = new ManualClock()
  const told: Notice[] = []
  const feed = new SharedFeed({ local: new LocalFeed(), clock, tell: (notice) => told.push(notice) })
  const readers = [feed.subscribe('job_1', 'commits'), feed.subscribe('job_1', 'commits'), feed.subscribe('job_1')]
  expect(told).toEqual([
    { about: 'watch', jobId: 'job_1', text: false },
    { about: 'watch', jobId: 'job_1', text: true },
  ])
  await clock.advance(10_000)
  expect(told.slice(2)).toEqual([{ about: 'watch', jobId: 'job_1', text: true }])
  for (const reader of readers) reader.close()
  await clock.advance(60_000)
  expect(told.length).toBe(3)
})
