import { DefinitionError } from './errors.ts'
import type { Actor } from '../tenant/actor.ts'
import type { JsonObject, JsonValue } from '../json/json.ts'
import type { ToolSource } from './tool-source.ts'
import { asObjectSchema } from './object-schema.ts'
import { type Schema, jsonSchemaOf, problemWithSchema } from './schema.ts'
import { type Fields, checkFields } from './definition.ts'
import type { TraceHeaders } from '../trace/trace-context.ts'
import type { Guard } from '../write/guard.ts'

/**
 * What running a tool does to the world, which decides what may happen when a crash cuts a call off in the middle:
 * - `read` changes nothing, so it is run again;
 * - `idempotent` has its effect once per `idempotencyKey`, so it is run again with the same key;
 * - `once` must never happen twice: the tool's `probe` is asked; without an answer the job waits until a caller
 *   resolves the call.
 */
export type Effect = 'read' | 'idempotent' | 'once'

export interface ToolContext {
  /**
   * The same for every run of this call, also after a crash. It differs for every other call, also after a job was
   * deleted and submitted again under its idempotency key.
   */
  readonly idempotencyKey: string
  /** Who the call is made for: the tenant of the API key, or `default` where there are no keys and on the command line. */
  readonly tenantId: string
  /** Who submitted the job, or started the run. */
  readonly submittedBy: Actor
  /** `null` for `POST /run` and `errand run`, which have no job. */
  readonly jobId: string | null
  /** Aborts when the call's time is up, the caller has left or the process stops. Pass it to `fetch`. */
  readonly signal: AbortSignal
  /** Of this call's span: add them to requests, `headers: {...traceHeaders}`. Absent where there is no trace. */
  readonly traceHeaders?: TraceHeaders
}

/** What a probe found out about an interrupted call; `null` when it does not know. */
export type ProbeAnswer = { readonly happened: true; readonly output: JsonValue } | { readonly happened: false } | null

/**
 * Whether a person must allow the call with this input before it is made: always, or where the function says so. A throw
 * counts as yes.
 */
export type ApprovalRule<Input> = true | ((input: Input) => boolean | Promise<boolean>)

type Probe<Input> = (input: Input, context: ToolContext) => ProbeAnswer | Promise<ProbeAnswer>

/** What is changed and how, as `write` gets it. */
export interface WriteContext<Value> extends ToolContext {
  /** What is there; `null` where nothing is. */
  readonly before: Value | null
  /** What to put there. `null` only where an undo removes what was not there before. */
  readonly after: Value | null
}

/** How a tool changes one thing that can be looked at and put back. */
export interface WriteSpec {
  /** Names the thing: the same text for the same thing, always. */
  readonly target: (input: unknown) => string
  readonly read: (input: unknown, context: ToolContext) => JsonValue | Promise<JsonValue>
  readonly after: (input: unknown, before: JsonValue) => JsonValue | Promise<JsonValue>
  readonly write: (input: unknown, context: WriteContext<JsonValue>) => unknown
  readonly same: ((found: JsonValue, written: JsonValue) => boolean) | null
  readonly guards: readonly Guard<JsonValue>[]
  /** By name. */
  readonly flags: Readonly<Record<string, Guard<JsonValue>>>
}

export interface Tool {
  readonly name: string
  readonly description: string
  readonly input: Schema
  /** JSON Schema of `input` with one object at its root, as it is sent to models. */
  readonly inputSchema: JsonObject
  readonly effect: Effect
  /** Present where the author has named no effect. */
  readonly hasDefaultEffect?: true
  readonly timeoutMs: number
  /** `input` has passed the schema. A throw is shown to the model as the call's result. */
  readonly run: (input: unknown, context: ToolContext) => JsonValue | Promise<JsonValue>
  /** Whether the call with this input and `idempotencyKey` has happened; asked after a crash in the middle of a `once` call. */
  readonly probe: Probe<unknown> | null
  /** `null` where no call needs approval. */
  readonly approval: ApprovalRule<unknown> | null
  /** How long a call waits for approval before it counts as rejected; `null` for as long as its job may wait. */
  readonly approvalTimeoutMs: number | null
  /** Of a tool that `defineWrite` made; then `run` is never called. */
  readonly write: WriteSpec | null
  /** Absent for a tool that the author has defined. */
  readonly source?: ToolSource
}

/** What an author writes; `effect` is `once` and `timeoutMs` 60 000 unless given. */
export interface ToolDefinition<Input> {
  readonly name: string
  readonly description: string
  readonly input: Schema<Input>
  readonly effect?: Effect
  readonly timeoutMs?: number
  readonly run: (input: Input, context: ToolContext) => JsonValue | Promise<JsonValue>
  readonly probe?: Probe<Input>
  readonly approval?: ApprovalRule<Input>
  readonly approvalTimeoutMs?: number
}

export const DEFAULT_TOOL_TIMEOUT_MS = 60_000

// The strictest of the model providers (OpenAI: letters, digits, _ and -, at most 64).
const NAME = /^[a-zA-Z0-9_-]{1,64}$/

const FIELDS: Fields<keyof ToolDefinition<unknown>> = {
  name: { type: 'text' },
  description: { type: 'text' },
  input: { type: 'any' },
  effect: { type: 'text', optional: true },
  timeoutMs: { type: 'number', optional: true },
  run: { type: 'function' },
  probe: { type: 'function', optional: true },
  approval: { type: 'any', optional: true },
  approvalTimeoutMs: { type: 'number', optional: true },
}

const EFFECTS: readonly string[] = ['read', 'idempotent', 'once'] satisfies readonly Effect[]

/** @throws {DefinitionError} naming what is wrong: an unknown field, a name that model providers refuse, an input that is no object. */
export function defineTool<Input>(definition: ToolDefinition<Input>): Tool {
  checkFields('tool', definition, FIELDS)
  const { name, input, timeoutMs = DEFAULT_TOOL_TIMEOUT_MS } = definition
  const handling = { ...effectOf(definition), timeoutMs }
  if (!NAME.test(name)) throw new DefinitionError(`Tool name "${name}" must be 1 to 64 letters, digits, "_" or "-".`)
  const refuse = (problem: string): DefinitionError => new DefinitionError(`Tool "${name}": ${problem}.`)
  const problem = problemWithHandling(handling) ?? problemWithApproval(definition) ?? problemWithSchema(input)
  if (problem !== null) throw refuse(problem)
  const inputSchema = asObjectSchema(jsonSchemaOf(input))
  if (!inputSchema)
    throw refuse('its input must be an object, or a union of objects: model providers take nothing else')
  return {
    name,
    description: definition.description,
    input,
    // OpenAI wants them named, also where there are none.
    inputSchema: 'properties' in inputSchema ? inputSchema : { ...inputSchema, properties: {} },
    ...handling,
    ...functionsOf(definition),
    approvalTimeoutMs: definition.approvalTimeoutMs ?? null,
    write: null,
  }
}

function effectOf({ effect }: { readonly effect?: Effect }): Pick<Tool, 'effect' | 'hasDefaultEffect'> {
  return effect === undefined ? { effect: 'once', hasDefaultEffect: true } : { effect }
}

/** Sound because the runtime only calls these with what `input` validated. */
function functionsOf<Input>({ run, probe, approval }: ToolDefinition<Input>) {
  return { run, probe: probe ?? null, approval: approval ?? null } as Pick<Tool, 'run' | 'probe' | 'approval'>
}

function problemWithHandling({ effect, timeoutMs }: Pick<Tool, 'effect' | 'timeoutMs'>): string | null {
  if (!EFFECTS.includes(effect)) return `effect must be one of ${EFFECTS.join(', ')}`
  return timeoutMs > 0 ? null : 'timeoutMs must be more than 0'
}

function problemWithApproval<Input>({ approval, approvalTimeoutMs }: ToolDefinition<Input>): string | null {
  if (approval !== undefined && approval !== true && typeof approval !== 'function')
    return 'approval must be true, or a function of the input'
  if (approvalTimeoutMs === undefined) return null
  if (approval === undefined) return 'approvalTimeoutMs needs approval'
  return approvalTimeoutMs > 0 ? null : 'approvalTimeoutMs must be more than 0'
}

/** Whether `entry` is what `defineTool` makes. */
export function isTool(entry: object): boolean {
  return 'inputSchema' in entry && 'effect' in entry && 'run' in entry
}
