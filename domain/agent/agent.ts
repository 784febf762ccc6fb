import { DefinitionError } from './errors.ts'
import type { JsonValue } from '../json/json.ts'
import { type Schema, problemWithSchema } from './schema.ts'
import { type Fields, checkFields, problemInList } from './definition.ts'
import { type Tool, isTool } from './tool.ts'
import { versionOf } from './version.ts'

/** `Name` and `Input` are for the types of a client; nothing at run time depends on them. */
export interface Agent<Name extends string = string, Input = unknown> {
  readonly name: Name
  /** What the author calls it, or a hash of what the model is shown. Recorded with each job. */
  readonly version: string
  readonly description: string
  /** `provider/model`, e.g. `anthropic/claude-sonnet-4-6`; `null` means the installation's default model. */
  readonly model: string | null
  readonly instructions: string
  readonly tools: readonly Tool[]
  /** What a job's input must look like; `null` takes any JSON. */
  readonly input: Schema<unknown, Input> | null
  /** Most model calls in one turn; reaching it ends the turn with stop reason `max_iterations`. */
  readonly maxIterations: number
  /** Longest time one model call may take. */
  readonly modelTimeoutMs: number
  /** Longest time from submission to the end of a job, waiting included. */
  readonly jobTimeoutMs: number
}

/** What an author writes. Only `name` and `instructions` are required. */
export interface AgentDefinition<Name extends string = string, Input = unknown> {
  readonly name: Name
  readonly instructions: string
  readonly description?: string
  /** 1 to 64 letters, digits, ".", "_" or "-". Without it, a change of what the model is shown makes a new one. */
  readonly version?: string
  readonly model?: string
  readonly tools?: readonly Tool[]
  readonly input?: Schema<unknown, Input>
  readonly maxIterations?: number
  readonly modelTimeoutMs?: number
  readonly jobTimeoutMs?: number
}

export const DEFAULT_MAX_ITERATIONS = 10
export const DEFAULT_MODEL_TIMEOUT_MS = 300_000
export const DEFAULT_JOB_TIMEOUT_MS = 7 * 86_400_000

const NAME = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/
const VERSION = /^[\w.-]{1,64}$/
const MODEL = /^[a-z0-9-]+\/.+$/

const FIELDS: Fields<keyof AgentDefinition> = {
  name: { type: 'text' },
  instructions: { type: 'text' },
  description: { type: 'text', optional: true },
  version: { type: 'text', optional: true },
  model: { type: 'text', optional: true },
  tools: { type: 'list', optional: true },
  input: { type: 'any', optional: true },
  maxIterations: { type: 'number', optional: true },
  modelTimeoutMs: { type: 'number', optional: true },
  jobTimeoutMs: { type: 'number', optional: true },
}

/** @throws {DefinitionError} naming what is wrong: an unknown field, a bad name or model, two tools of one name, a limit below 1. */
export function defineAgent<const Name extends string, Input = JsonValue>(
  definition: AgentDefinition<Name, Input>,
): Agent<Name, Input> {
  checkFields('agent', definition, FIELDS)
  const agent = {
    name: definition.name,
    description: definition.description ?? '',
    model: definition.model ?? null,
    instructions: definition.instructions,
    tools: definition.tools ?? [],
    input: definition.input ?? null,
    maxIterations: definition.maxIterations ?? DEFAULT_MAX_ITERATIONS,
    modelTimeoutMs: definition.modelTimeoutMs ?? DEFAULT_MODEL_TIMEOUT_MS,
    jobTimeoutMs: definition.jobTimeoutMs ?? DEFAULT_JOB_TIMEOUT_MS,
  }
  const problem = problemWith(agent)
  if (problem !== null) throw new DefinitionError(`Agent "${agent.name}": ${problem}.`)
  return { ...agent, version: versionIn(definition, agent) }
}

/** Whether `entry` is what `defineAgent` makes. */
export function isAgent(entry: object): boolean {
  return 'jobTimeoutMs' in entry && 'maxIterations' in entry && 'tools' in entry
}

type Unversioned = Omit<Agent, 'version'>

function problemWith({
  name,
  model,
  tools,
  input,
  maxIterations,
  modelTimeoutMs,
  jobTimeoutMs,
}: Unversioned): string | null {
  if (!NAME.test(name)) return 'the name must be 1 to 64 lower-case letters, digits or "-"'
  if (model !== null && !MODEL.test(model)) return `model "${model}" must look like "provider/model"`
  if (!Number.isInteger(maxIterations) || maxIterations < 1) return 'maxIterations must be a whole number from 1'
  if (!(modelTimeoutMs > 0)) return 'modelTimeoutMs must be more than 0'
  if (!(jobTimeoutMs > 0)) return 'jobTimeoutMs must be more than 0'
  return problemWithTools(tools) ?? (input === null ? null : problemWithSchema(input))
}

/** @throws {DefinitionError} */
function versionIn({ name, version }: AgentDefinition, agent: Unversioned): string {
  if (version === undefined) return versionOf(agent)
  if (VERSION.test(version)) return version
  throw new DefinitionError(`Agent "${name}": the version must be 1 to 64 letters, digits, ".", "_" or "-".`)
}

function problemWithTools(tools: readonly Tool[]): string | null {
  const problem = problemInList(tools, { isMade: isTool, maker: 'defineTool' })
  if (problem !== null) return `of its tools, ${problem}`
  const twice = tools.find((tool, index) => tools.findIndex((other) => other.name === tool.name) !== index)
  return twice ? `two tools are named "${twice.name}"` : null
}
