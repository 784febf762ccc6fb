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

test('lines are let in up to the limit, and of each tenant by itself', async () => {
  await limit.admit('acme', 500)
  await limit.admit('acme', 500)
  await expect(limit.admit('acme', 1)).rejects.toMatchObject(FULL)
  await limit.admit('other', 1000)
})

test('chunks within five seconds share a count', async () => {
  for (let chunk = 0; chunk < 10; chunk++) await limit.admit('acme', 10)
  expect(counts).toBe(1)
  stored = 990
  await clock.advance(5000)
  await limit.admit('acme', 10)
  await expect(limit.admit('acme', 10)).rejects.toMatchObject(FULL)
  expect(counts).toBe(2)
})

test('after a refusal there is room again within a second', async () => {
  stored = 1000
  await expect(limit.admit('acme', 1)).rejects.toMatchObject(FULL)
  stored = 0
  await clock.advance(1000)
  await limit.admit('acme', 1)
})

test('uploads at once share one count, and what each of them adds', async () => {
  const uploads = await Promise.allSettled(Array.from({ length: 5 }, () => limit.admit('acme', 300)))
  expect(uploads.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected'])
  expect(counts).toBe(1)
  await limit.admit('acme', 100)
  await expect(limit.admit('acme', 1)).rejects.toMatchObject(FULL)
})

test('a small upload during a count is part of it', async () => {
  await limit.admit('acme', 900)
  await clock.advance(2000)
  stored = 0
  await Promise.all([limit.admit('acme', 500), limit.admit('acme', 100)])
  await expect(limit.admit('acme', 401)).rejects.toMatchObject(FULL)
})

test('after a count that failed, the next upload counts anew', async () => {
  isAway = true
  await expect(limit.admit('acme', 1)).rejects.toThrow('The index is away.')
  isAway = false
  await limit.admit('acme', 1000)
})
