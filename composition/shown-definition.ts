import { agentDetailView } from '#adapters/http/wire/agent-views.ts'
import { redactor } from '#adapters/web/redact.ts'
import type { Agent } from '#domain/agent/agent.ts'
import type { JsonObject } from '#domain/json/json.ts'

interface Given {
  readonly defaultModel: string
  readonly secrets: readonly string[]
}

/** The definition of an agent as the API shows it to administrators, without secrets that an author has written into it. */
export function shownDefinition({ defaultModel, secrets }: Given): (agent: Agent) => JsonObject {
  const redact = redactor(secrets)
  return (agent) => {
    const shown = agentDetailView(agent, { defaultModel, isAdmin: true })
    const text = JSON.stringify(shown, (_name, value: unknown) => (typeof value === 'string' ? redact(value) : value))
    return JSON.parse(text) as JsonObject
  }
}
