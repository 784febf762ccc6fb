import { describe, expect, test } from 'vitest'
import { ManualClock } from '#adapters/memory/manual-clock.ts'
import { QueueDepth } from '#application/queue-depth.ts'
import { TenantPolicies } from '#domain/tenant/policy.ts'

const TENANT = 'acme'
const MOST = 2
const ANY = { requestsPerMinute: 1000, retainMs: 60_000, callback: null, callbackSecrets: [] }

/** A queue with room for two; `counts` says how often it was counted, `loses` lets the next count not end before `end()`. */
function scene({ jobs = 0 } = {}) {
  const clock = new ManualClock()
  const lost = Promise.withResolvers<number>()
  const index = {
    jobs,
    counts: 0,
    loses: false,
    end: lost.resolve,
    fail: () => {
      lost.reject(new Error('The index is away.'))
    },
  }
  const depth = new QueueDepth({
    clock,
    tenants: new TenantPolicies({ ...ANY, maxUnfinishedJobs: MOST }),
    index: {
      unfinished: () => {
        index.counts++
        const isLost = index.loses
        index.loses = false
        return isLost ? lost.promise : Promise.resolve(index.jobs)
      },
    },
  })
  return { clock, index, admit: () => depth.admit(TENANT) }
}

const FULL = { code: 'queue_full' }

describe('the depth of a queue', () => {
  test('is counted once for all who come at once, and no more of them are let in than there is room for', async () => {
    const { index, admit } = scene({ jobs: 1 })
    const all = await Promise.allSettled([admit(), admit(), admit()])
    expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
    expect(index.counts).toBe(1)
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

  test('is counted again where a count never ends', async () => {
    const { clock, index, admit } = scene()
    index.loses = true
    void admit()
    await clock.advance(29_999)
    void admit()
    expect(index.counts).toBe(1)
    await clock.advance(1)
    await admit()
    expect(index.counts).toBe(2)
  })

  test('goes by the count before while the next one is under way, and where that fails', async () => {
    const { clock, index, admit } = scene()
    const place = await admit()
    place(true)
    await clock.advance(5000)
    index.loses = true
    const counting = admit()
    const other = await admit()
    other(false)
    index.fail()
    const counted = await counting
    counted(true)
    await expect(admit()).rejects.toMatchObject(FULL)
    expect(index.counts).toBe(2)
  })

  test('is not known where the first count fails', async () => {
    const { index, admit } = scene()
    index.loses = true
    const first = admit()
    index.fail()
    await expect(first).rejects.toThrow('The index is away.')
    await admit()
    expect(index.counts).toBe(2)
  })

  test('has room again where somebody who was let in is never heard of', async () => {
    const { clock, admit } = scene()
    await admit()
    await admit()
    await clock.advance(20_000)
    await expect(admit()).rejects.toMatchObject(FULL)
    await clock.advance(10_000)
    await admit()
  })

  test('does not change where a count that was given up ends after all', async () => {
    const { clock, index, admit } = scene({ jobs: 1 })
    index.loses = true
    const first = admit()
    await clock.advance(30_000)
    await admit()
    index.end(0)
    await first.catch(() => undefined)
    await expect(admit()).rejects.toMatchObject(FULL)
    expect(index.counts).toBe(2)
  })
})
