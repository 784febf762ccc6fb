import type { JsonObject } from '../json/json.ts'
import { type Fields, problemWithFields } from './definition.ts'
import type { Tool } from './tool.ts'

/** How hard a model thinks before it answers. Providers know some of these. */
export type ReasoningEffort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max'

/**
 * Whether the model must call a tool, or one certain tool. `required` and a tool's name are for the first answer of a
 * turn: after that the model is free, or the turn would never end.
 */
export type ToolChoice = 'auto' | 'none' | 'required' | { readonly type: 'tool'; readonly toolName: string }

/** How a model is called. What is left out is the provider's choice. */
export interface CallSettings {
  /** From 0; its upper limit is the provider's. */
  readonly temperature?: number
  readonly maxOutputTokens?: number
  readonly reasoning?: ReasoningEffort
  readonly toolChoice?: ToolChoice
  /** What only one provider knows, by its name in the AI SDK: `anthropic`, `openai`, `openaiCompatible`. */
  readonly providerOptions?: Readonly<Record<string, JsonObject>>
  /** `false`: nothing is written to a provider's cache that charges for it. */
  readonly promptCaching?: boolean
}

const EFFORTS: readonly string[] = [
  'none',
  'minimal',
  'low',
  'medium',
  'high',
  'xhigh',
  'max',
] satisfies readonly ReasoningEffort[]
const PROVIDERS: Fields = {
  anthropic: { type: 'object', optional: true },
  openai: { type: 'object', optional: true },
  openaiCompatible: { type: 'object', optional: true },
}

/** The settings in a definition, and nothing else of it. */
export function settingsIn(definition: CallSettings): CallSettings {
  const { temperature, maxOutputTokens, reasoning, toolChoice, providerOptions, promptCaching } = definition
  const given = { temperature, maxOutputTokens, reasoning, toolChoice, providerOptions, promptCaching }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

/** @param tools are those of the agent. */
export function problemWithSettings(settings: CallSettings, tools: readonly Tool[]): string | null {
  const { temperature, maxOutputTokens, reasoning, providerOptions } = settings
  if (temperature !== undefined && !(temperature >= 0)) return 'temperature must be 0 or more'
  if (maxOutputTokens !== undefined && !(Number.isInteger(maxOutputTokens) && maxOutputTokens > 0))
    return 'maxOutputTokens must be a whole number from 1'
  if (reasoning !== undefined && !EFFORTS.includes(reasoning)) return `reasoning must be one of ${EFFORTS.join(', ')}`
  const problem = providerOptions === undefined ? null : problemWithFields(providerOptions, PROVIDERS)
  return problem === null ? problemWithChoice(settings, tools) : `of its providerOptions, ${problem}`
}

function problemWithChoice({ toolChoice }: CallSettings, tools: readonly Tool[]): string | null {
  if (toolChoice === undefined || toolChoice === 'auto' || toolChoice === 'none') return null
  if (toolChoice === 'required') return tools.length > 0 ? null : 'toolChoice "required" needs tools'
  const { type, toolName } = toolChoice as { readonly type?: unknown; readonly toolName?: unknown }
  if (type !== 'tool') return "toolChoice must be 'auto', 'none', 'required' or { type: 'tool', toolName: '…' }"
  return tools.some(({ name }) => name === toolName)
    ? null
    : `toolChoice names the tool "${String(toolName)}", which the agent does not have`
}

/** The settings of one call. @param hasCalledTools whether the turn has tool results. */
export function settingsFor({ toolChoice, ...settings }: CallSettings, hasCalledTools: boolean): CallSettings {
  if (toolChoice === undefined || (hasCalledTools && toolChoice !== 'none')) return settings
  return { ...settings, toolChoice }
}
