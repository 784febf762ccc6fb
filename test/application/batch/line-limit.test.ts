import { beforeEach, expect, test } from 'vitest'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { LineLimit } from '#application/batch/line-limit.ts'
import { TenantPolicies } from '#domain/tenant/policy.ts'
import { T0 } from '#test/support/fixtures.ts'
import { ROOMY } from '#test/support/tenants.ts'

const FULL = { code: 'too_many_items', retryable: true, retryAfterMs: 30_000 }

let clock: ManualClock
let stored: number
let counts: number
let isAway: boolean
let limit: LineLimit

beforeEach(() => {
  clock = new ManualClock(T0)
  stored = 0
  counts = 0
  isAway = false
  const unfinishedLines = (tenantId: string) => {
    counts++
    if (isAway) return Promise.reject(new Error('The index is away.'))
    return Promise.resolve(tenantId === 'acme' ? stored : 0)
  }
  limit = new LineLimit({
    index: { unfinishedLines },
    tenants: new TenantPolicies({ ...ROOMY, maxBatchItems: 1000 }),
    clock,
  })
})

function admit(lines: number, { tenantId = 'acme', next = 0 } = {}): Promise<void> {
  return limit.admit({ tenantId, batchId: 'bat_1', next, lines })
}

test('lines are let in up to the limit, and of each tenant by itself', async () => {
  await admit(500)
  await admit(500)
  await expect(admit(1)).rejects.toMatchObject(FULL)
  await admit(1000, { tenantId: 'other' })
})

test('chunks within five seconds share a count', async () => {
  for (let chunk = 0; chunk < 10; chunk++) await admit(10)
  expect(counts).toBe(1)
  stored = 990
  await clock.advance(5000)
  await admit(10)
  await expect(admit(10)).rejects.toMatchObject(FULL)
  expect(counts).toBe(2)
})

test('after a refusal there is room again within a second', async () => {
  stored = 1000
  await expect(admit(1)).rejects.toMatchObject(FULL)
  stored = 0
  await clock.advance(1000)
  await admit(1)
})

test('uploads at once share one count, and what each of them adds', async () => {
  const uploads = await Promise.allSettled(Array.from({ length: 5 }, () => admit(300)))
  expect(uploads.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected'])
  expect(counts).toBe(1)
  await admit(100)
  await expect(admit(1)).rejects.toMatchObject(FULL)
})

test('a small upload during a count is part of it', async () => {
  await admit(900)
  await clock.advance(2000)
  stored = 0
  await Promise.all([admit(500), admit(100)])
  await expect(admit(401)).rejects.toMatchObject(FULL)
})

test('after a count that failed, the next upload counts anew', async () => {
  isAway = true
  await expect(admit(1)).rejects.toThrow('The index is away.')
  isAway = false
  await admit(1000)
})

test('lines that no batch could take are refused for good, whatever else is stored', async () => {
  stored = 900
  await expect(admit(101, { next: 900 })).rejects.toMatchObject({ code: 'batch_full', retryable: false })
  await expect(admit(1001)).rejects.toMatchObject({ code: 'batch_full' })
  expect(counts).toBe(0)
})
