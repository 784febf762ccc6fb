import { expect, test } from 'vitest'
import { TenantPolicies } from '#domain/tenant/policy.ts'
import { ROOMY } from '#test/support/tenants.ts'

test('of a policy, what is said for the tenant itself holds, and nothing that is said for another', () => {
  const own = new Map([
    ['acme', { retainMs: 1, agents: ['writer'] }],
    ['other', { retainMs: 2 }],
  ])
  const policies = new TenantPolicies(ROOMY, own)
  expect(policies.get('acme')).toEqual({ ...ROOMY, retainMs: 1, agents: ['writer'] })
  expect(policies.get('other')).toEqual({ ...ROOMY, retainMs: 2 })
  expect(policies.get('third')).toEqual(ROOMY)
  expect(policies.agentNames()).toEqual(['writer'])
})
