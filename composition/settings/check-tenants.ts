import type { AgentRegistry } from '#domain/agent/registry.ts'
import type { TenantPolicies } from '#domain/tenant/policy.ts'
import { SettingsError } from './settings-error.ts'

/**
 * @throws {SettingsError} if a tenant is given an agent that does not exist, which would otherwise fail without an
 * explanation.
 */
export function checkTenants(tenants: TenantPolicies, agents: AgentRegistry): void {
  const unknown = tenants.agentNames().filter((name) => !agents.has(name))
  if (unknown.length === 0) return
  const known = agents.list().map(({ name }) => name)
  throw new SettingsError(
    `ERRAND_TENANTS names agents that do not exist: ${unknown.join(', ')}. Agents: ${known.join(', ') || 'none'}.`,
  )
}
