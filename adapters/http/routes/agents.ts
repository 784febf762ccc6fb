import { Hono } from 'hono'
import type { AgentRegistry } from '#domain/agent/registry.ts'
import { type AppEnv, needs } from '../context.ts'
import { agentView } from '../wire/views.ts'

export function agentRoutes({
  agents,
  defaultModel,
}: {
  readonly agents: AgentRegistry
  readonly defaultModel: string
}): Hono<AppEnv> {
  return new Hono<AppEnv>().get('/', needs('read'), (c) =>
    c.json({ agents: agents.list().map((agent) => agentView(agent, defaultModel)) }),
  )
}
