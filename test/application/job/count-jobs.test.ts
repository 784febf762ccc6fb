import { beforeEach, expect, test } from 'vitest'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { type Counts, CountJobs } from '#application/job/count-jobs.ts'
import type { JobFilter } from '#domain/job/filter.ts'
import type { SomeJobs } from '#ports/job-index.ts'
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
/** How long a count of finished jobs takes. */
let tookMs: number
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
  tookMs = 0
  works = []
  index.countSome = countSome
})

function countOf(statuses: readonly string[]): Counts {
  const wanted = Object.entries(stored).filter(([status]) => statuses.includes(status))
  return { ...NONE, ...Object.fromEntries(wanted) }
}

const index = {
  count: async (_tenantId: string, { statuses = [] }: JobFilter): Promise<Counts> => {
    asked.push(statuses.join(' '))
    if (problem) throw problem
    if (statuses.some((status) => ENDED.includes(status))) await clock.advance(tookMs)
    return countOf(statuses)
  },
  countSome,
}

function countSome(_tenantId: string, { statuses = [] }: JobFilter, most: number): Promise<SomeJobs> {
  const counts = countOf(statuses)
  const isWhole = Object.values(counts).reduce((sum, count) => sum + count, 0) <= most
  return Promise.resolve({ counts: isWhole ? counts : { ...NONE, completed: most + 1 }, isWhole })
}

/** Works that no request waits for. */
let works: (() => Promise<void>)[]

const laterOn = (work: () => Promise<void>): Promise<void> => {
  works.push(work)
  return Promise.resolve()
}

async function inTheMeantime(): Promise<void> {
  for (const work of works.splice(0)) await work()
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
    expect(await jobs.execute('acme', {})).toEqual({ counts: stored, countedAt: clock.now(), isWhole: true })
    await clock.advance(1000)
  }
  expect(asked).not.toContain(ENDED)
})

test('the first answer about many says that there are more; all are counted beside it', async () => {
  const jobs = counting(laterOn)
  stored = { ...NONE, queued: 2, completed: 30_000 }
  const some = { counts: { ...stored, completed: 2001 }, countedAt: clock.now(), isWhole: false }
  for (let n = 0; n < 2; n++) expect(await jobs.execute('acme', { tag: 'autumn' })).toEqual(some)
  expect(works).toHaveLength(1)
  await inTheMeantime()
  expect(await jobs.execute('acme', { tag: 'autumn' })).toEqual({ counts: stored, countedAt: T0, isWhole: true })
})

test('however many filters a tenant makes up, its jobs are counted for 2 % of the time', async () => {
  const jobs = counting()
  stored = { ...NONE, completed: 1_000_000 }
  tookMs = 1200
  const ask = async (n: number) => (await jobs.execute('acme', { createdBefore: n })).isWhole
  expect(await ask(1)).toBe(true)
  for (let n = 2; n < 100; n++) expect(await ask(n)).toBe(false)
  expect(asked.filter((statuses) => statuses === ENDED)).toHaveLength(1)
  expect((await jobs.execute('other', { createdBefore: 1 })).isWhole).toBe(true)
  expect(await ask(1)).toBe(true)
  await clock.advance(49 * 1200)
  expect(await ask(100)).toBe(true)
})

test('few jobs that are found among many are remembered, too, and counted again in time', async () => {
  const jobs = counting()
  index.countSome = () => Promise.resolve({ counts: NONE, isWhole: false })
  stored = { ...NONE, failed: 3 }
  tookMs = 1000
  const ask = async () => (await jobs.execute('acme', { agent: 'writer', tag: 'autumn' })).counts.failed
  expect(await ask()).toBe(3)
  stored = { ...NONE, failed: 4 }
  expect(await ask()).toBe(3)
  await clock.advance(49_000)
  expect(await ask()).toBe(4)
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
    isWhole: true,
  })
  await clock.advance(2000)
  expect(await jobs.execute('acme', {})).toEqual({ counts: stored, countedAt: clock.now(), isWhole: true })
  expect(asked.filter((statuses) => statuses === ENDED)).toHaveLength(2)
  expect(asked.filter((statuses) => statuses === LIVING)).toHaveLength(3)
})

test('a new process shows what the one before has counted, and counts again beside it', async () => {
  stored = { ...NONE, completed: 30_000 }
  await counting().execute('acme', {})
  const restarted = counting(laterOn)
  stored = { ...NONE, completed: 30_001, queued: 1 }
  await clock.advance(2 * 3_600_000)
  const counts = { ...stored, completed: 30_000 }
  expect(await restarted.execute('acme', {})).toEqual({ counts, countedAt: T0, isWhole: true })
  await inTheMeantime()
  expect(await restarted.execute('acme', {})).toEqual({ counts: stored, countedAt: clock.now(), isWhole: true })
})

test('no request waits for a count that takes the place of an old one; one is under way at a time', async () => {
  const jobs = counting(laterOn)
  stored = { ...NONE, completed: 30_000 }
  await jobs.execute('acme', {})
  await inTheMeantime()
  stored = { ...NONE, completed: 30_001 }
  await clock.advance(31_000)
  for (let n = 0; n < 2; n++) expect((await jobs.execute('acme', {})).counts.completed).toBe(30_000)
  expect(works).toHaveLength(1)
  await inTheMeantime()
  expect((await jobs.execute('acme', {})).counts.completed).toBe(30_001)
})

test('a count of more than an hour ago is not shown, where it is not of all jobs', async () => {
  const jobs = counting(laterOn)
  stored = { ...NONE, completed: 30_000 }
  await jobs.execute('acme', { tag: 'autumn' })
  await inTheMeantime()
  await clock.advance(3_600_001)
  expect(await jobs.execute('acme', { tag: 'autumn' })).toMatchObject({ isWhole: false, countedAt: clock.now() })
})

test('after many were deleted, those that are left are counted each time', async () => {
  const jobs = counting()
  stored = { ...NONE, completed: 30_000 }
  await jobs.execute('acme', {})
  stored = { ...NONE, completed: 10 }
  await clock.advance(31_000)
  expect((await jobs.execute('acme', {})).counts.completed).toBe(10)
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

test('a count that fails is tried again a minute later, and the one before is shown', async () => {
  const jobs = counting()
  stored = { ...NONE, completed: 30_000 }
  await jobs.execute('acme', { statuses: ['completed'] })
  await clock.advance(31_000)
  problem = new Error('The disk is full.')
  for (let n = 0; n < 2; n++)
    expect((await jobs.execute('acme', { statuses: ['completed'] })).counts.completed).toBe(30_000)
  expect(logger.lines).toHaveLength(1)
  problem = null
  stored = { ...NONE, completed: 30_001 }
  await clock.advance(60_000)
  expect((await jobs.execute('acme', { statuses: ['completed'] })).counts.completed).toBe(30_001)
})
