import { type Context, Hono } from 'hono'
import type { AgentVersions } from '#application/agent/agent-versions.ts'
import type { AgentRegistry } from '#domain/agent/registry.ts'
import { UnknownAgentError } from '#domain/agent/errors.ts'
import type { TenantPolicies } from '#domain/tenant/policy.ts'
import { mayDo } from '#domain/tenant/principal.ts'
import { type AppEnv, tenantOf } from '../context.ts'
import { pathParameter } from '../openapi/path-parameter.ts'
import type { Route } from '../openapi/route.ts'
import { RUNS } from '../openapi/tags.ts'
import type { Resource } from '../resource.ts'
import { agentDetailView, agentVersionView, agentView } from '../wire/agent-views.ts'
import { AgentDetail, AgentList, AgentVersionList } from '../wire/agents.ts'

export interface AgentResourceDeps {
  readonly agents: AgentRegistry
  readonly agentVersions: Pick<AgentVersions, 'list'>
  readonly tenants: TenantPolicies
  readonly defaultModel: string
}

export function agentResource({ agents, agentVersions, tenants, defaultModel }: AgentResourceDeps): Resource {
  const usable = (c: Context<AppEnv>) => agents.only(tenants.get(tenantOf(c)).agents)
  const app = new Hono<AppEnv>()
    .get('/', (c) =>
      c.json({
        agents: usable(c)
          .list()
          .map((agent) => agentView(agent, defaultModel)),
      }),
    )
    .get('/:name', (c) => {
      const isAdmin = mayDo(c.get('principal'), 'admin')
      return c.json(agentDetailView(usable(c).get(c.req.param('name')), { defaultModel, isAdmin }))
    })
    .get('/:name/versions', async (c) => {
      const isAdmin = mayDo(c.get('principal'), 'admin')
      const versions = await agentVersions.list(usable(c).get(c.req.param('name')))
      return c.json({ versions: versions.map((version) => agentVersionView(version, isAdmin)) })
    })
  return { path: '/agents', routes: ROUTES, refusals: REFUSALS, app }
}

const NAME = 'product-copywriter'

const AGENT_NAME = pathParameter('AgentName', /^[a-z0-9][a-z0-9-]{0,63}$/, {
  description: 'Name of an agent.',
  example: NAME,
})

const UNKNOWN = [new UnknownAgentError(NAME, ['newsletter'])]
const REFUSALS = { [`/agents/${NAME}`]: UNKNOWN, [`/agents/${NAME}/versions`]: UNKNOWN }

const ROUTES: Readonly<Record<string, Route>> = {
  'GET /': {
    id: 'listAgents',
    summary: 'The agents and what they take',
    scope: 'read',
    tag: RUNS,
    answers: { 200: { description: 'All of them.', schema: AgentList } },
  },
  'GET /{name}': {
    id: 'getAgent',
    summary: 'The definition of an agent',
    description: 'What the author tells the model, in `instructions` and `settings`, needs the scope `admin`.',
    scope: 'read',
    path: { name: AGENT_NAME },
    tag: RUNS,
    answers: { 200: { description: 'The definition.', schema: AgentDetail } },
    errors: ['unknown_agent'],
  },
  'GET /{name}/versions': {
    id: 'listAgentVersions',
    summary: 'The definitions that an agent has had, seen last first',
    description:
      'The last 20. A server or Worker notes them when it starts. `instructions` and `settings` need the scope `admin`.',
    scope: 'read',
    path: { name: AGENT_NAME },
    tag: RUNS,
    answers: { 200: { description: 'All that are kept.', schema: AgentVersionList } },
    errors: ['unknown_agent'],
  },
}
