import type * as z from 'zod'
import type { AgentVersion } from '#application/agent/agent-versions.ts'
import type { Agent } from '#domain/agent/agent.ts'
import { jsonSchemaOf } from '#domain/agent/schema.ts'
import type { JsonObject } from '#domain/json/json.ts'
import type { Tool } from '#domain/agent/tool.ts'
import type { AgentDetail, AgentInfo, AgentVersion as VersionShape } from './agents.ts'
import { rfc3339 } from './common.ts'

export function agentView(agent: Agent, defaultModel: string): z.infer<typeof AgentInfo> {
  return {
    name: agent.name,
    version: agent.version,
    description: agent.description,
    model: agent.model ?? defaultModel,
    maxIterations: agent.maxIterations,
    inputSchema: agent.input && { ...jsonSchemaOf(agent.input) },
    outputSchema: agent.output && { ...agent.output.jsonSchema },
    tools: agent.tools.map(({ name, description, effect }) => ({ name, description, effect })),
  }
}

interface Shown {
  readonly defaultModel: string
  /** Whether the caller sees the instructions and the settings. */
  readonly isAdmin: boolean
}

export function agentDetailView(agent: Agent, { defaultModel, isAdmin }: Shown): z.infer<typeof AgentDetail> {
  const { instructions, settings } = agent
  return {
    ...agentView(agent, defaultModel),
    tools: agent.tools.map(toolView),
    fallbackModels: [...agent.fallbackModels],
    files: [...agent.files],
    writes: agent.writes,
    modelTimeoutSeconds: agent.modelTimeoutMs / 1000,
    jobTimeoutSeconds: agent.jobTimeoutMs / 1000,
    ...(isAdmin && { instructions: typeof instructions === 'string' ? instructions : null, settings: { ...settings } }),
  }
}

function toolView({ name, description, effect, write, approval, inputSchema, timeoutMs }: Tool) {
  return {
    name,
    description,
    effect,
    writes: write !== null,
    approval: approval === null ? ('never' as const) : approval === true ? ('always' as const) : ('by_input' as const),
    inputSchema: { ...inputSchema },
    timeoutSeconds: timeoutMs / 1000,
  }
}

export function agentVersionView(version: AgentVersion, isAdmin: boolean): z.infer<typeof VersionShape> {
  const { fingerprint, isCurrent, firstSeenAt, lastSeenAt, definition } = version
  return {
    fingerprint,
    isCurrent,
    firstSeenAt: rfc3339(firstSeenAt),
    lastSeenAt: rfc3339(lastSeenAt),
    definition: definition && (isAdmin ? definition : openPart(definition)),
  }
}

/** Without what `agentDetailView` shows to administrators alone. */
function openPart(definition: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(definition).filter(([name]) => !FOR_ADMINS.includes(name)))
}

const FOR_ADMINS = ['instructions', 'settings']
