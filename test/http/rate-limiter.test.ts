import { expect, test } from 'vitest'
import { RateLimiter } from '#adapters/http/rate-limiter.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { TenantPolicies } from '#domain/tenant/policy.ts'
import { ROOMY } from '#test/support/tenants.ts'

test('a refusal says how long it is until there is one more, to the moment', async () => {
  const clock = new ManualClock()
  const limiter = new RateLimiter({ tenants: new TenantPolicies({ ...ROOMY, requestsPerMinute: 60 }), clock })
  for (let request = 0; request < 60; request++) expect(limiter.take('acme').allowed).toBe(true)
  expect(limiter.take('acme')).toEqual({ allowed: false, limit: 60, remaining: 0, resetMs: 1000 })
  await clock.advance(400)
  expect(limiter.take('acme')).toEqual({ allowed: false, limit: 60, remaining: 0, resetMs: 600 })
  await clock.advance(600)
  expect(limiter.take('acme').allowed).toBe(true)
  expect(limiter.take('acme').allowed).toBe(false)
})
