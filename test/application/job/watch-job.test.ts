import { describe, expect, test } from 'vitest'
import { STILL_HERE, sseStream } from '#adapters/http/sse.ts'
import { MemoryJobStore } from '#adapters/testing/job-store.ts'
import { LocalFeed } from '#adapters/local/job-feed.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { PublishedJobStore } from '#adapters/local/published-job-store.ts'
import { QUIET_MS, WatchJob } from '#application/job/watch-job.ts'
import type { StoredEvent } from '#domain/job/event.ts'
import { StorageUnavailableError } from '#domain/storage/errors.ts'
import { T0, after, started, submitted } from '#test/support/fixtures.ts'
import { RecordingWaker } from '#test/support/recording-waker.ts'

/** Counts how often it is read, and fails while it is away. */
class CountingStore extends PublishedJobStore {
  reads: number[] = []
  isAway = false

  override events(jobId: string, seen: number): Promise<readonly StoredEvent[]> {
    if (this.isAway) return Promise.reject(new StorageUnavailableError(new Error('away')))
    this.reads.push(seen)
    return super.events(jobId, seen)
  }
}

function watching() {
  const feed = new LocalFeed()
  const jobs = new CountingStore(new MemoryJobStore(new RecordingWaker()), feed)
  const clock = new ManualClock(T0)
  const watchJob = new WatchJob({ jobs, feed, clock })
  const open = async (jobId: string) => {
    const left = new AbortController()
    const query = { tenantId: 'acme', jobId, after: 0, signal: left.signal }
    return sseStream(await watchJob.execute(query), () => {
      left.abort()
    }).getReader()
  }
  return { jobs, clock, open }
}

/** What each of them is sent next. */
async function next(readers: readonly ReadableStreamDefaultReader<Uint8Array>[]) {
  return (await Promise.all(readers.map((reader) => reader.read()))).map(({ value }) => value)
}

describe('a crowd that watches one job', () => {
  test('has its journal read once for all, and is sent the same bytes and no copies', async () => {
    const { jobs, open } = watching()
    const { job, event, state } = submitted()
    await jobs.create(job, event)
    const readers = await Promise.all(Array.from({ length: 100 }, () => open(job.id)))
    expect(new Set(await next(readers)).size).toBe(1)
    expect(jobs.reads).toEqual([0])

    const news = next(readers)
    await jobs.save(after(state, [started(T0)]), [started(T0)])
    const sent = new Set(await news)
    expect(sent.size).toBe(1)
    expect(new TextDecoder().decode([...sent][0])).toContain('id: 2\nevent: attempt.started')
    expect(jobs.reads).toEqual([0, 1])
  })

  test('lets nobody miss what was committed after the others had read', async () => {
    const { jobs, open } = watching()
    const { job, event, state } = submitted()
    await jobs.create(job, event)
    // Holds what it has read, for it does not read on.
    const sleeper = await open(job.id)
    await sleeper.read()
    const begun = after(state, [started(T0)])
    await jobs.save(begun, [started(T0)])
    const ended = { type: 'job.failed', at: T0, error: { code: 'internal_error', message: 'No.' } } as const
    await jobs.save(after(begun, [ended]), [ended])
    const late = await open(job.id)
    const seen = async (reader: typeof late): Promise<string> => {
      let text = ''
      for (let read = await reader.read(); !read.done; read = await reader.read()) {
        text += new TextDecoder().decode(read.value)
      }
      return text
    }
    for (const reader of [late, sleeper]) expect(await seen(reader)).toMatch(/id: 2\n[^]*id: 3\nevent: job.failed/)
  })

  test('leaves nothing behind: who comes later has it read again', async () => {
    const { jobs, open } = watching()
    const { job, event } = submitted()
    await jobs.create(job, event)
    for (let round = 1; round <= 2; round++) {
      const reader = await open(job.id)
      await reader.read()
      await reader.cancel()
      expect(jobs.reads).toHaveLength(round)
    }
  })
})

test('an outage gives a reader signs of life, and afterwards what it has missed', async () => {
  const { jobs, clock, open } = watching()
  const { job, event, state } = submitted()
  await jobs.create(job, event)
  const reader = await open(job.id)
  const text = async (): Promise<string> => new TextDecoder().decode((await reader.read()).value)
  expect(await text()).toContain('event: job.submitted')

  jobs.isAway = true
  const during = text()
  await jobs.save(after(state, [started(T0)]), [started(T0)])
  expect(await during).toBe(STILL_HERE)
  jobs.isAway = false
  const afterwards = text()
  await new Promise(setImmediate)
  await clock.advance(QUIET_MS)
  expect(await afterwards).toBe(STILL_HERE)
  expect(await text()).toContain('id: 2\nevent: attempt.started')
})
