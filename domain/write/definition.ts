import { type Fields, checkFields } from '../agent/definition.ts'
import { DefinitionError } from '../agent/errors.ts'
import type { Schema } from '../agent/schema.ts'
import { type Tool, type ToolContext, type WriteContext, type WriteSpec, defineTool } from '../agent/tool.ts'
import type { JsonValue } from '../json/json.ts'
import type { Guard } from './guard.ts'

/** What an author writes. */
export interface WriteDefinition<Input, Value> {
  readonly name: string
  readonly description: string
  readonly input: Schema<Input>
  /** Names the thing that is changed, such as `product:linen-apron:description:sv`; at most 500 characters. */
  readonly target: (input: Input) => string
  /** What is there now, as JSON; `null` where nothing is. */
  readonly read: (input: Input, context: ToolContext) => Value | null | Promise<Value | null>
  /** What would be there. Pure: `before` is what `read` returned. */
  readonly after: (input: Input, before: Value | null) => Value | Promise<Value>
  /**
   * Puts `context.after` there. Must be harmless to repeat under `context.idempotencyKey`. Where the other system may
   * keep something else than it was given, it returns what is kept as `{ stored }`, from the answer to the write.
   */
  readonly write: (input: Input, context: WriteContext<Value>) => unknown
  /**
   * Whether what is found is what was written, in the form of the other system. It is asked where the answer to a write was
   * lost, and never about what was there before. Equal JSON unless given.
   */
  readonly same?: (found: Value | null, written: Value | null) => boolean
  /** A problem that one of them finds goes back to the model, and nothing is written. */
  readonly guards?: readonly Guard<Value>[]
  /** Like guards, by name: what one finds does not stop the write, and is shown to the person who reviews it. */
  readonly flags?: Readonly<Record<string, Guard<Value>>>
  /** Of one call, reading and writing together; 60 000 unless given. */
  readonly timeoutMs?: number
}

const FIELDS: Fields<keyof WriteDefinition<unknown, unknown>> = {
  name: { type: 'text' },
  description: { type: 'text' },
  input: { type: 'any' },
  target: { type: 'function' },
  read: { type: 'function' },
  after: { type: 'function' },
  write: { type: 'function' },
  same: { type: 'function', optional: true },
  guards: { type: 'list', optional: true },
  flags: { type: 'any', optional: true },
  timeoutMs: { type: 'number', optional: true },
}

const FLAG = /^[a-z0-9][a-z0-9-]{0,39}$/

/**
 * A tool that changes something that belongs to the shop. Its job makes the change, or proposes it, as the job's `writes`
 * says.
 * @throws {DefinitionError} as `defineTool`, and for guards and flags that are no functions.
 */
export function defineWrite<Input, Value = JsonValue>(definition: WriteDefinition<Input, Value>): Tool {
  checkFields('write', definition, FIELDS)
  const { name, description, input, timeoutMs, guards = [], flags = {} } = definition
  const problem = problemWithChecks(guards, flags)
  if (problem !== null) throw new DefinitionError(`Write "${name}": ${problem}.`)
  const run = (): never => {
    throw new Error(`The write "${name}" is made by its job alone.`)
  }
  // Idempotent: a write that a crash cut off is read first, and then repeated under the same key.
  const tool = defineTool({ name, description, input, effect: 'idempotent', run, ...(timeoutMs && { timeoutMs }) })
  const { target, read, after, write, same = null } = definition
  // Sound because these are only called with what `input` validated and `read` returned.
  return { ...tool, write: { target, read, after, write, same, guards, flags } as unknown as WriteSpec }
}

function problemWithChecks(guards: readonly unknown[], flags: unknown): string | null {
  if (guards.some((guard) => typeof guard !== 'function'))
    return 'each guard must be a function, such as keepsNumbers()'
  if (typeof flags !== 'object' || flags === null || Array.isArray(flags)) return 'flags must be an object of guards'
  for (const [flag, guard] of Object.entries(flags)) {
    if (!FLAG.test(flag)) return `the flag "${flag}" must be 1 to 40 lower-case letters, digits or "-"`
    if (typeof guard !== 'function') return `the flag "${flag}" must be a function, such as keepsNumbers()`
  }
  return null
}
