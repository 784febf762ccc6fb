import { Hono } from 'hono'
import type { AgentRegistry } from '#domain/agent/registry.ts'
import type { TenantPolicies } from '#domain/tenant/policy.ts'
import { type AppEnv, needs, tenantOf } from '../context.ts'
import { agentView } from '../wire/views.ts'

export interface AgentRoutesDeps {
  readonly agents: AgentRegistry
  readonly tenants: TenantPolicies
  readonly defaultModel: string
}

export function agentRoutes({ agents, tenants, defaultModel }: AgentRoutesDeps): Hono<AppEnv> {
  return new Hono<AppEnv>().get('/', needs('read'), (c) => {
    const usable = agents.only(tenants.get(tenantOf(c)).agents).list()
    return c.json({ agents: usable.map((agent) => agentView(agent, defaultModel)) })
  })
}
