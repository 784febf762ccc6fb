import type * as z from 'zod'
import { unknownKeys } from '#adapters/http/wire/unknown-keys.ts'
import type { Agent } from '#domain/agent/agent.ts'
import { DefinitionError } from '#domain/agent/errors.ts'
import type { AgentRegistry } from '#domain/agent/registry.ts'
import { describeIssues } from '#domain/json/issues.ts'
import type { TenantPolicy } from '#domain/tenant/policy.ts'
import { policyOf, tenantFields, tenantName } from '../settings/tenants.ts'

/** What an author declares of one tenant: the fields of `ERRAND_TENANTS`. */
export interface TenantDefinition extends Omit<z.input<typeof tenantFields>, 'agents'> {
  /** The agents that it may use, or their names; all if nothing is said. */
  readonly agents?: readonly (Agent | string)[]
}

/** Tenants by name: 1 to 64 letters, digits, `_`, `.` and `-`. */
export type TenantDefinitions = Readonly<Record<string, TenantDefinition>>

/**
 * The policies that tenants declare, each with the fields that it names.
 * @throws {DefinitionError} which names the tenant and what is wrong with it.
 */
export function tenantsOf(tenants: TenantDefinitions): ReadonlyMap<string, Partial<TenantPolicy>> {
  return new Map(Object.entries(tenants).map(([name, tenant]) => [name, checked(name, tenant)]))
}

/** @throws {DefinitionError} for a tenant with an agent that the config has not. */
export function checkAgentsOf(tenants: ReadonlyMap<string, Partial<TenantPolicy>>, agents: AgentRegistry): void {
  for (const [name, policy] of tenants) {
    const unknown = policy.agents?.find((agent) => !agents.has(agent))
    if (unknown !== undefined)
      throw new DefinitionError(`Tenant "${name}" names the agent "${unknown}", and the config has none of that name.`)
  }
}

function checked(name: string, { agents, ...rest }: TenantDefinition): Partial<TenantPolicy> {
  const named = tenantName.safeParse(name)
  if (!named.success)
    throw new DefinitionError(`Tenant "${name}": its name ${describeIssues(named.error.issues)[0] ?? ''}.`)
  const names = agents?.map((agent) => (typeof agent === 'string' ? agent : agent.name))
  const parsed = tenantFields.safeParse({ ...rest, ...(names && { agents: names }) }, { error: unknownKeys })
  if (parsed.success) return policyOf(parsed.data)
  throw new DefinitionError(`Tenant "${name}": ${describeIssues(parsed.error.issues).join('; ')}`)
}
