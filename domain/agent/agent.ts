import { DefinitionError } from './errors.ts'
import type { JsonValue } from '../json/json.ts'
import { problemWithFileNames } from './input-file.ts'
import { type Schema, problemWithSchema } from './schema.ts'
import { type Fields, checkFields, problemInList } from './definition.ts'
import { type CallSettings, problemWithSettings, settingsIn } from './call-settings.ts'
import { type Instructions, isAsync } from './instructions.ts'
import { DEFAULT_FALLBACK_AFTER_FAILURES, MODEL, problemWithFallbacks } from './model-choice.ts'
import { type AgentOutput, outputOf, problemWithOutput } from './output.ts'
import { type Tool, isTool } from './tool.ts'
import { versionOf } from './version.ts'
import { type WriteMode, WRITE_MODES } from '../write/write.ts'

/** `Name`, `Input` and `Output` are for the types of a client; nothing at run time depends on them. */
export interface Agent<Name extends string = string, Input = unknown, Output = unknown> {
  readonly name: Name
  /** What the author calls it, or a hash of what the model is shown. Recorded with each job. */
  readonly version: string
  readonly description: string
  /** `provider/model`, e.g. `anthropic/claude-sonnet-4-6`; `null` means the installation's default model. */
  readonly model: string | null
  /** Models to go on with, in this order, where the one before fails. */
  readonly fallbackModels: readonly string[]
  /** Failures in a row, of the kind that waiting may mend, after which the next model is asked. */
  readonly fallbackAfterFailures: number
  readonly instructions: Instructions
  readonly tools: readonly Tool[]
  /** What a job's input must look like; `null` takes any JSON. */
  readonly input: Schema<unknown, Input> | null
  /** Members of the input that hold files, which the model gets as such. */
  readonly files: readonly string[]
  /** What its answer must look like; `null` takes any text. */
  readonly output: AgentOutput<Output> | null
  /** How its model is called. */
  readonly settings: CallSettings
  /** Most model calls in one turn; reaching it ends the turn with stop reason `max_iterations`. */
  readonly maxIterations: number
  /** Longest time one model call may take. */
  readonly modelTimeoutMs: number
  /** Longest time from submission to the end of a job, waiting included. */
  readonly jobTimeoutMs: number
  /** Its jobs in execution at once, on all servers together; `null` for no limit. */
  readonly maxConcurrency: number | null
  /** What its jobs do with writes where their submission does not say. */
  readonly writes: WriteMode
}

/** What an author writes. Only `name` and `instructions` are required. */
export interface AgentDefinition<
  Name extends string = string,
  Input = unknown,
  Output = unknown,
  Parsed = unknown,
> extends CallSettings {
  readonly name: Name
  /** A text, or a pure function of the input, which needs a `version`: Errand cannot see when what it says changes. */
  readonly instructions: Instructions<Parsed>
  readonly description?: string
  /** 1 to 64 letters, digits, ".", "_" or "-". Without it, a change of what the model is shown makes a new one. */
  readonly version?: string
  readonly model?: string
  readonly fallbackModels?: readonly string[]
  /** 3 unless given. A failure that waiting does not mend counts at once, and so does any in `POST /run`. */
  readonly fallbackAfterFailures?: number
  readonly tools?: readonly Tool[]
  readonly input?: Schema<Parsed, Input>
  /** Members of the input that hold images or documents: an https URL, `{ url }` or `{ data, mediaType }`, or a list. */
  readonly files?: readonly string[]
  /** The report's `output` is then JSON that fits. An answer that does not fit goes back to the model, at most twice. */
  readonly output?: Schema<Output>
  readonly maxIterations?: number
  readonly modelTimeoutMs?: number
  readonly jobTimeoutMs?: number
  /** Most of its jobs in execution at once, on all servers together. No limit unless given. */
  readonly maxConcurrency?: number
  /** `propose`, so that a person decides on each write, unless given. */
  readonly writes?: WriteMode
}

export const DEFAULT_MAX_ITERATIONS = 10
export const DEFAULT_MODEL_TIMEOUT_MS = 300_000
export const DEFAULT_JOB_TIMEOUT_MS = 7 * 86_400_000

const NAME = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/
const VERSION = /^[\w.-]{1,64}$/

const FIELDS: Fields<keyof AgentDefinition> = {
  name: { type: 'text' },
  instructions: { type: 'text or function' },
  description: { type: 'text', optional: true },
  version: { type: 'text', optional: true },
  model: { type: 'text', optional: true },
  fallbackModels: { type: 'list', optional: true },
  fallbackAfterFailures: { type: 'number', optional: true },
  tools: { type: 'list', optional: true },
  input: { type: 'any', optional: true },
  files: { type: 'list', optional: true },
  output: { type: 'any', optional: true },
  temperature: { type: 'number', optional: true },
  maxOutputTokens: { type: 'number', optional: true },
  reasoning: { type: 'text', optional: true },
  toolChoice: { type: 'any', optional: true },
  providerOptions: { type: 'object', optional: true },
  promptCaching: { type: 'yes or no', optional: true },
  maxIterations: { type: 'number', optional: true },
  modelTimeoutMs: { type: 'number', optional: true },
  jobTimeoutMs: { type: 'number', optional: true },
  maxConcurrency: { type: 'number', optional: true },
  writes: { type: 'text', optional: true },
}

/** @throws {DefinitionError} naming what is wrong: an unknown field, a bad name or model, two tools of one name, a limit below 1. */
export function defineAgent<const Name extends string, Input = JsonValue, Output = string, Parsed = JsonValue>(
  definition: AgentDefinition<Name, Input, Output, Parsed>,
): Agent<Name, Input, Output> {
  checkFields('agent', definition, FIELDS)
  // Sound, because the function is only called with what the schema has made.
  const instructions = definition.instructions as Instructions
  const problem = problemWith({ ...definition, instructions })
  if (problem !== null) throw new DefinitionError(`Agent "${definition.name}": ${problem}.`)
  const agent = {
    name: definition.name,
    description: definition.description ?? '',
    ...modelsIn(definition),
    instructions,
    tools: definition.tools ?? [],
    input: definition.input ?? null,
    files: definition.files ?? [],
    output: definition.output ? outputOf(definition.output) : null,
    settings: settingsIn(definition),
    ...limitsOf(definition),
    maxConcurrency: definition.maxConcurrency ?? null,
    writes: definition.writes ?? 'propose',
  }
  return { ...agent, version: definition.version ?? versionOf(agent) }
}

function modelsIn({ model, fallbackModels }: Pick<AgentDefinition, 'model' | 'fallbackModels'>) {
  return { model: model ?? null, fallbackModels: fallbackModels ?? [] }
}

type Limits = Pick<AgentDefinition, 'maxIterations' | 'modelTimeoutMs' | 'jobTimeoutMs' | 'fallbackAfterFailures'>

function limitsOf({ maxIterations, modelTimeoutMs, jobTimeoutMs, fallbackAfterFailures }: Limits) {
  return {
    fallbackAfterFailures: fallbackAfterFailures ?? DEFAULT_FALLBACK_AFTER_FAILURES,
    maxIterations: maxIterations ?? DEFAULT_MAX_ITERATIONS,
    modelTimeoutMs: modelTimeoutMs ?? DEFAULT_MODEL_TIMEOUT_MS,
    jobTimeoutMs: jobTimeoutMs ?? DEFAULT_JOB_TIMEOUT_MS,
  }
}

/** Whether `entry` is what `defineAgent` makes. */
export function isAgent(entry: object): boolean {
  return 'jobTimeoutMs' in entry && 'maxIterations' in entry && 'tools' in entry
}

function problemWith(definition: AgentDefinition): string | null {
  const { tools = [], writes = 'propose' } = definition
  if (!WRITE_MODES.includes(writes)) return `writes must be ${WRITE_MODES.join(' or ')}`
  return (
    problemWithNames(definition) ??
    problemWithLimits(definition) ??
    problemWithTools(tools) ??
    problemWithSettings(definition, tools) ??
    problemWithSchemas(definition)
  )
}

function problemWithSchemas({ input, files = [], output }: AgentDefinition): string | null {
  if (files.some((name) => typeof name !== 'string')) return 'its files must be names of members of the input'
  const problem = input === undefined ? null : (problemWithSchema(input) ?? problemWithFileNames(files, input))
  return problem ?? (output === undefined ? null : problemWithOutput(output))
}

function problemWithNames({ name, instructions, model, fallbackModels = [], version }: AgentDefinition): string | null {
  if (!NAME.test(name)) return 'the name must be 1 to 64 lower-case letters, digits or "-"'
  if (model !== undefined && !MODEL.test(model)) return `model "${model}" must look like "provider/model"`
  if (isAsync(instructions)) return 'instructions must return their text at once, and this function is async'
  if (version === undefined && typeof instructions === 'function')
    return 'instructions that are a function need a version, for Errand cannot see when what they say changes'
  if (version !== undefined && !VERSION.test(version))
    return 'the version must be 1 to 64 letters, digits, ".", "_" or "-"'
  return problemWithFallbacks(fallbackModels, model)
}

function problemWithLimits(definition: AgentDefinition): string | null {
  const { maxIterations, fallbackAfterFailures, maxConcurrency, modelTimeoutMs = 1, jobTimeoutMs = 1 } = definition
  for (const [field, count = 1] of Object.entries({ maxIterations, fallbackAfterFailures, maxConcurrency }))
    if (!Number.isInteger(count) || count < 1) return `${field} must be a whole number from 1`
  if (!(modelTimeoutMs > 0)) return 'modelTimeoutMs must be more than 0'
  return jobTimeoutMs > 0 ? null : 'jobTimeoutMs must be more than 0'
}

function problemWithTools(tools: readonly Tool[]): string | null {
  const problem = problemInList(tools, { isMade: isTool, maker: 'defineTool' })
  if (problem !== null) return `of its tools, ${problem}`
  const twice = tools.find((tool, index) => tools.findIndex((other) => other.name === tool.name) !== index)
  return twice ? `two tools are named "${twice.name}"` : null
}
