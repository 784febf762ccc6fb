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
let limit: LineLimit

beforeEach(() => {
  clock = new ManualClock(T0)
  stored = 0
  counts = 0
  const unfinishedLines = (tenantId: string) => {
    counts++
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
