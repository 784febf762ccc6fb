import { Hono } from 'hono'
import type { AgentRegistry } from '#domain/agent/registry.ts'
import { agentView } from '../wire/views.ts'

export function agentRoutes({
  agents,
  defaultModel,
}: {
  readonly agents: AgentRegistry
  readonly defaultModel: string
}): Hono {
  return new Hono().get('/', (c) => c.json({ agents: agents.list().map((agent) => agentView(agent, defaultModel)) }))
}
