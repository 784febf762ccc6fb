import { beforeEach, expect, test } from 'vitest'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { type Counts, CountJobs } from '#application/job/count-jobs.ts'
import type { JobFilter } from '#domain/job/filter.ts'
import type { KeptCount, KeptCounts } from '#ports/kept-counts.ts'
import { T0 } from '#test/support/fixtures.ts'
import { RecordingLogger } from '#test/support/recording-logger.ts'

const NONE: Counts = { queued: 0, running: 0, waiting: 0, completed: 0, failed: 0, canceled: 0 }

let clock: ManualClock
let logger: RecordingLogger
/** What the index has, and what it was asked for. */
let stored: Counts
let asked: string[]
let problem: Error | null
/** What outlives a process. */
let last: KeptCount | null
const kept: KeptCounts = {
  read: () => Promise.resolve(last),
  keep: (_tenantId, count) => {
    last = count
    return Promise.resolve()
  },
}

beforeEach(() => {
  clock = new ManualClock(T0)
  logger = new RecordingLogger()
  stored = NONE
  asked = []
  problem = null
  last = null
})

const index = {
  count: (_tenantId: string, { statuses = [] }: JobFilter): Promise<Counts> => {
    asked.push(statuses.join(' '))
    if (problem) return Promise.reject(problem)
    const wanted = Object.entries(stored).filter(([status]) => statuses.some((one) => one === status))
    return Promise.resolve({ ...NONE, ...Object.fromEntries(wanted) })
  },
}

function counting(inBackground = (work: () => Promise<void>) => work()) {
  return new CountJobs({ index, kept, clock, logger, inBackground })
}

const LIVING = 'queued running waiting'
const ENDED = 'completed failed canceled'

test('few jobs are counted each time', async () => {
  const jobs = counting()
  for (const completed of [1, 2000, 3]) {
    stored = { ...NONE, queued: 2, completed }
    expect(await jobs.execute('acme', {})).toEqual({ counts: stored, countedAt: clock.now() })
    await clock.advance(1000)
  }
})

test('of a million the finished ones are counted every thousand seconds, and the age is said', async () => {
  const jobs = counting()
  stored = { ...NONE, queued: 2, completed: 1_000_000 }
  await jobs.execute('acme', {})
  stored = { ...stored, queued: 5, completed: 1_000_009 }
  await clock.advance(999_000)
  expect(await jobs.execute('acme', {})).toEqual({
    counts: { ...stored, completed: 1_000_000 },
    countedAt: T0,
  })
  await clock.advance(2000)
  expect(await jobs.execute('acme', {})).toEqual({ counts: stored, countedAt: clock.now() })
  expect(asked.filter((statuses) => statuses === ENDED)).toHaveLength(2)
  expect(asked.filter((statuses) => statuses === LIVING)).toHaveLength(3)
})

test('a new process shows what the one before has counted, and counts again beside it', async () => {
  stored = { ...NONE, completed: 30_000 }
  await counting().execute('acme', {})
  const works: (() => Promise<void>)[] = []
  const restarted = counting((work) => {
    works.push(work)
    return Promise.resolve()
  })
  stored = { ...NONE, completed: 30_001, queued: 1 }
  await clock.advance(2 * 3_600_000)
  const counts = { ...stored, completed: 30_000 }
  expect(await restarted.execute('acme', {})).toEqual({ counts, countedAt: T0 })
  expect((await restarted.execute('acme', { tag: 'autumn' })).counts.completed).toBe(30_001)
  await works[0]?.()
  expect(await restarted.execute('acme', {})).toEqual({ counts: stored, countedAt: clock.now() })
  expect(works).toHaveLength(1)
})

test('no request waits for the count, where the process goes on beside it; one count is under way at a time', async () => {
  const works: (() => Promise<void>)[] = []
  const jobs = counting((work) => {
    works.push(work)
    return Promise.resolve()
  })
  stored = { ...NONE, completed: 30_000 }
  await jobs.execute('acme', {})
  stored = { ...NONE, completed: 30_001 }
  await clock.advance(31_000)
  for (let n = 0; n < 2; n++) expect((await jobs.execute('acme', {})).counts.completed).toBe(30_000)
  expect(works).toHaveLength(1)
  await works[0]?.()
  expect((await jobs.execute('acme', {})).counts.completed).toBe(30_001)
})

test('a count of more than an hour ago is not shown, where it is not of all jobs', async () => {
  const jobs = counting(() => Promise.resolve())
  stored = { ...NONE, completed: 30_000 }
  await jobs.execute('acme', { tag: 'autumn' })
  stored = { ...NONE, completed: 30_001 }
  await clock.advance(3_600_001)
  expect((await jobs.execute('acme', { tag: 'autumn' })).counts.completed).toBe(30_001)
})

test('filters and tenants are counted apart, and only what was asked for', async () => {
  const jobs = counting()
  stored = { ...NONE, queued: 1, completed: 30_000, failed: 30_000 }
  await jobs.execute('acme', { statuses: ['completed'] })
  await jobs.execute('acme', { statuses: ['completed'], agent: 'writer' })
  await jobs.execute('other', { statuses: ['completed'] })
  await jobs.execute('acme', { statuses: ['completed'] })
  expect(asked).toEqual(['completed', 'completed', 'completed'])
  expect((await jobs.execute('acme', { statuses: ['queued'] })).counts).toEqual({ ...NONE, queued: 1 })
})

test('a count that fails is made by the next question', async () => {
  const jobs = counting()
  stored = { ...NONE, completed: 30_000 }
  await jobs.execute('acme', { statuses: ['completed'] })
  await clock.advance(31_000)
  problem = new Error('The disk is full.')
  expect((await jobs.execute('acme', { statuses: ['completed'] })).counts.completed).toBe(30_000)
  expect(logger.lines).toHaveLength(1)
  problem = null
  stored = { ...NONE, completed: 30_001 }
  expect((await jobs.execute('acme', { statuses: ['completed'] })).counts.completed).toBe(30_001)
})
