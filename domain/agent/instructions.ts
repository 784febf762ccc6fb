import type { JsonValue } from '../json/json.ts'
import { InvalidInputError } from './errors.ts'
import { type Schema, parseWith } from './schema.ts'
import { sentenceOf } from './thrown.ts'

/**
 * What the model reads before the input: a text, or a pure function of the input as its schema makes it. What the
 * function returns at the first model call is recorded, so that a resumed job says the same.
 */
export type Instructions<Parsed = unknown> = string | ((input: Parsed) => string)

/** Characters of what a function may return: it is stored with each job. */
const MOST_MADE = 100_000

/** Whether it is an `async` function, which never returns a text. */
export function isAsync(instructions: Instructions): boolean {
  return typeof instructions === 'function' && instructions.constructor.name === 'AsyncFunction'
}

interface Instructed {
  readonly name: string
  readonly input: Schema | null
  readonly instructions: Instructions
}

/**
 * The instructions for this input. Checks the input on the way.
 * @throws {InvalidInputError} where the input does not fit, and where the function makes no text of it.
 */
export async function instructionsFor(agent: Instructed, input: JsonValue): Promise<string> {
  const value = await parsedInput(agent, input)
  const { name, instructions } = agent
  if (typeof instructions === 'string') return instructions
  const made = madeBy(instructions, value)
  if (typeof made.text === 'string' && made.text.length <= MOST_MADE) return made.text
  throw new InvalidInputError(name, [`the instructions cannot be made of it: ${made.problem ?? 'they are too long'}`])
}

async function parsedInput({ name, input: schema }: Instructed, input: JsonValue): Promise<unknown> {
  if (!schema) return input
  const result = await parseWith(schema, input)
  if (!result.ok) throw new InvalidInputError(name, result.problems)
  return result.value
}

function madeBy(instructions: (input: unknown) => unknown, input: unknown): { text?: string; problem?: string } {
  try {
    const text = instructions(input)
    if (typeof text === 'string') return { text }
    return { problem: text instanceof Promise ? 'the function returns a promise' : 'the function returns no text' }
  } catch (error) {
    return { problem: sentenceOf(error, 'instructions') }
  }
}
