import { describe, expect, test } from 'vitest'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { QueueDepth } from '#application/job/queue-depth.ts'
import { TenantPolicies } from '#domain/tenant/policy.ts'
import { atOnce } from '#test/support/in-background.ts'
import { RecordingLogger } from '#test/support/recording-logger.ts'

const TENANT = 'acme'
const MOST = 2
const LOST_MS = 30_000
const ANY = {
  agents: null,
  maxConcurrentJobs: null,
  maxConcurrentRuns: 1,
  maxEventReaders: 1,
  maxBatchItems: 1,
  requestsPerMinute: 1000,
  retainMs: 60_000,
  searchable: true,
  callback: null,
  callbackSecrets: [],
}

const FULL = { code: 'queue_full' }
const AWAY = { code: 'storage_unavailable' }

/** A queue with room for two, and an index that counts `jobs` in it unless the test says how a count ends. */
function scene({ jobs = 0 } = {}) {
  const clock = new ManualClock()
  const logger = new RecordingLogger()
  const counts: PromiseWithResolvers<number>[] = []
  const index = { jobs, isOpen: true }
  const depth = new QueueDepth({
    clock,
    logger,
    inBackground: atOnce,
    tenants: new TenantPolicies({ ...ANY, maxUnfinishedJobs: MOST }),
    index: {
      unfinished: () => {
        const count = Promise.withResolvers<number>()
        counts.push(count)
        if (index.isOpen) count.resolve(index.jobs)
        return count.promise
      },
    },
  })
  return { clock, logger, index, counts, admit: (tenantId = TENANT) => depth.admit(tenantId) }
}

describe('the depth of a queue', () => {
  test('is counted once for all who come at once, and no more of them are let in than there is room for', async () => {
    const { counts, admit } = scene({ jobs: 1 })
    const all = await Promise.allSettled([admit(), admit(), admit()])
    expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
    expect(counts.length).toBe(1)
  })

  test('grows with what is stored, and gives the place back of what is not', async () => {
    const { admit } = scene()
    const [first, second] = [await admit(), await admit()]
    await expect(admit()).rejects.toMatchObject(FULL)
    first(false)
    second(true)
    const third = await admit()
    third(true)
    await expect(admit()).rejects.toMatchObject(FULL)
  })

  test('is its own for each tenant', async () => {
    const { counts, admit } = scene()
    await admit()
    await admit()
    await expect(admit()).rejects.toMatchObject(FULL)
    await admit('other')
    expect(counts.length).toBe(2)
  })

  test.each([
    { jobs: 0, freshMs: 4000, is: 'with room is relied on for $freshMs ms, before a submission has it counted again' },
    { jobs: MOST, freshMs: 1000, is: 'that is full is relied on for $freshMs ms' },
  ])('of a queue $is', async ({ jobs, freshMs }) => {
    const { clock, counts, admit } = scene({ jobs })
    await Promise.allSettled([admit()])
    await clock.advance(freshMs - 1)
    await Promise.allSettled([admit()])
    expect(counts.length).toBe(1)
    await clock.advance(1)
    await Promise.allSettled([admit()])
    expect(counts.length).toBe(2)
  })

  test('has room again where somebody who was let in is never heard of', async () => {
    const { clock, admit } = scene()
    await admit()
    await admit()
    await clock.advance(LOST_MS - 1)
    await expect(admit()).rejects.toMatchObject(FULL)
    await clock.advance(1000)
    await admit()
  })
})

describe('a first count', () => {
  test('that fails is told to all who wait for it, and the next one begins anew', async () => {
    const { clock, index, counts, admit } = scene()
    index.isOpen = false
    const all = [admit(), admit()]
    await clock.advance(0)
    counts[0]?.reject(new Error('The index is away.'))
    expect(await Promise.allSettled(all)).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }])
    index.isOpen = true
    await admit()
    expect(counts.length).toBe(2)
  })

  test('that never ends holds nobody for longer than half a minute', async () => {
    const { clock, index, counts, admit } = scene()
    index.isOpen = false
    const first = expect(admit()).rejects.toMatchObject(AWAY)
    await clock.advance(LOST_MS - 1)
    const late = expect(admit()).rejects.toMatchObject(AWAY)
    expect(counts.length).toBe(1)
    await clock.advance(1)
    await Promise.all([first, late])
    index.isOpen = true
    await admit()
    expect(counts.length).toBe(2)
  })

  test('that ends after it was given up counts for those who wait for the second', async () => {
    const { clock, index, counts, admit } = scene()
    index.isOpen = false
    const first = expect(admit()).rejects.toMatchObject(AWAY)
    await clock.advance(LOST_MS)
    await first
    const second = expect(admit()).rejects.toMatchObject(FULL)
    await clock.advance(0)
    counts[0]?.resolve(MOST)
    await clock.advance(0)
    await expect(admit()).rejects.toMatchObject(FULL)
    counts[1]?.resolve(MOST)
    await second
  })
})

describe('a later count', () => {
  /** Relied on no longer, with one job and room for one more. */
  async function stale() {
    const all = scene({ jobs: 1 })
    const place = await all.admit()
    place(false)
    await all.clock.advance(5000)
    all.index.isOpen = false
    return all
  }

  test('is for whoever begins it: the others go on by the one before, and also where it never ends', async () => {
    const { clock, counts, admit } = await stale()
    const beginner = expect(admit()).rejects.toMatchObject(AWAY)
    for (const rest of [0, 10_000, 19_999]) {
      await clock.advance(rest)
      const other = await admit()
      other(false)
    }
    expect(counts.length).toBe(2)
    await clock.advance(1)
    await beginner
    const next = admit()
    await clock.advance(0)
    expect(counts.length).toBe(3)
    counts[2]?.resolve(0)
    await next
  })

  test('keeps no submission waiting where another has come a little earlier', async () => {
    const { clock, index, counts, admit } = scene({ jobs: 1 })
    const place = await admit()
    place(false)
    await clock.advance(4000)
    index.isOpen = false
    const next = await admit()
    next(false)
    const after = await admit()
    after(false)
    expect(counts.length).toBe(2)
    counts[1]?.resolve(MOST)
    await clock.advance(0)
    await expect(admit()).rejects.toMatchObject(FULL)
  })

  test('that fails leaves the one before, says so, and is not tried again at once', async () => {
    const { clock, counts, logger, admit } = await stale()
    const beginner = admit()
    await clock.advance(0)
    counts[1]?.reject(new Error('The index is away.'))
    const place = await beginner
    place(false)
    const other = await admit()
    other(false)
    expect(counts.length).toBe(2)
    expect(logger.lines.map(({ level }) => level)).toEqual(['warn'])
  })

  test('that fails where the queue seems to be full says why, and not that it is full', async () => {
    const { clock, counts, admit } = await stale()
    const beginner = admit()
    await clock.advance(0)
    counts[1]?.resolve(MOST)
    await expect(beginner).rejects.toMatchObject(FULL)
    await clock.advance(1000)
    const again = admit()
    await clock.advance(0)
    counts[2]?.reject(new Error('The index is away.'))
    await expect(again).rejects.toThrow('The index is away.')
  })

  test('does not change where an earlier one ends after it', async () => {
    const { clock, counts, admit } = await stale()
    const given = expect(admit()).rejects.toMatchObject(AWAY)
    await clock.advance(LOST_MS)
    await given
    const beginner = expect(admit()).rejects.toMatchObject(FULL)
    await clock.advance(0)
    counts[2]?.resolve(MOST)
    await beginner
    counts[1]?.resolve(0)
    await clock.advance(0)
    await expect(admit()).rejects.toMatchObject(FULL)
  })
})
