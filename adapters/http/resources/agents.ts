import { Hono } from 'hono'
import type { AgentRegistry } from '#domain/agent/registry.ts'
import type { TenantPolicies } from '#domain/tenant/policy.ts'
import { type AppEnv, tenantOf } from '../context.ts'
import type { Route } from '../openapi/route.ts'
import { RUNS } from '../openapi/tags.ts'
import type { Resource } from '../resource.ts'
import { AgentList } from '../wire/agents.ts'
import { agentView } from '../wire/views.ts'

export interface AgentResourceDeps {
  readonly agents: AgentRegistry
  readonly tenants: TenantPolicies
  readonly defaultModel: string
}

export function agentResource({ agents, tenants, defaultModel }: AgentResourceDeps): Resource {
  const app = new Hono<AppEnv>().get('/', (c) => {
    const usable = agents.only(tenants.get(tenantOf(c)).agents).list()
    return c.json({ agents: usable.map((agent) => agentView(agent, defaultModel)) })
  })
  return { path: '/agents', routes: ROUTES, app }
}

const ROUTES: Readonly<Record<string, Route>> = {
  'GET /': {
    id: 'listAgents',
    summary: 'The agents and what they take',
    scope: 'read',
    tag: RUNS,
    answers: { 200: { description: 'All of them.', schema: AgentList } },
  },
}
