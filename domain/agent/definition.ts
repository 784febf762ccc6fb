import { DefinitionError } from './errors.ts'
import { nearestWord } from '../explanation/nearest-word.ts'

// A runtime may run an author's file without checking its types. So what a compiler would say is said here, by name.

/** The shape that an author's definition must have: the type of each field, and whether it may be left out. */
export type Fields<Name extends string = string> = Readonly<Record<Name, Field>>

export interface Field {
  readonly type: keyof typeof TYPES
  readonly optional?: true
}

/** What an author defines, and the function that takes its definition. */
const MAKERS = {
  agent: 'defineAgent',
  tool: 'defineTool',
  write: 'defineWrite',
  webhook: 'defineWebhook',
  config: 'defineConfig',
} as const

/**
 * What a compiler would have found wrong with `definition`.
 * @param what is defined, for the message.
 * @throws {DefinitionError} which names the field.
 */
export function checkFields(what: keyof typeof MAKERS, definition: unknown, fields: Fields): void {
  if (typeof definition !== 'object' || definition === null) {
    throw new DefinitionError(`${MAKERS[what]} takes an object with the fields ${Object.keys(fields).join(', ')}.`)
  }
  const problem = problemWithFields(definition, fields)
  if (problem !== null) throw new DefinitionError(`${titleOf(what, definition)}: ${problem}.`)
}

function titleOf(what: keyof typeof MAKERS, definition: object): string {
  if (what === 'config') return 'The config'
  const name = 'name' in definition && definition.name
  return typeof name === 'string' ? `${capital(what)} "${name}"` : `One ${what}`
}

/** The first field that is unknown, missing or of another type, in words; `null` where nothing is wrong. */
export function problemWithFields(definition: unknown, fields: Fields): string | null {
  if (typeof definition !== 'object' || definition === null) {
    return `it must be an object with the fields ${Object.keys(fields).join(', ')}`
  }
  const given = new Map<string, unknown>(Object.entries(definition))
  for (const name of given.keys()) {
    if (name in fields) continue
    return noSuchField(name, Object.keys(fields))
  }
  for (const [name, field] of Object.entries(fields)) {
    const value = given.get(name)
    if (value === undefined && field.optional) continue
    if (value === undefined) return `${name} is missing`
    const [expected, fits] = TYPES[field.type]
    if (!fits(value)) return `${name} must be ${expected}`
  }
  return null
}

function noSuchField(name: string, known: readonly string[]): string {
  const meant = nearestWord(name, known)
  const guess = meant === null ? '' : ` Did you mean "${meant}"?`
  return `there is no field "${name}".${guess} The fields are ${known.join(', ')}`
}

const isText = (value: unknown): boolean => typeof value === 'string'
const isFunction = (value: unknown): boolean => typeof value === 'function'
const isList = (value: unknown): boolean => Array.isArray(value)

/** What a message says of each type, and what belongs to it. */
const TYPES = {
  text: ['a text', isText],
  number: ['a number', (value: unknown) => typeof value === 'number'],
  function: ['a function', isFunction],
  'text or function': ['a text, or a function of the input', (value: unknown) => isText(value) || isFunction(value)],
  list: ['a list, […]', isList],
  object: ['an object, {…}', (value: unknown) => isObject(value)],
  'yes or no': ['true or false', (value: unknown) => typeof value === 'boolean'],
  'list or factory': [
    'a list, […], or a function that returns one',
    (value: unknown) => isList(value) || isFunction(value),
  ],
  'object or factory': [
    'an object, {…}, or a function that returns one',
    (value: unknown) => isObject(value) || isFunction(value),
  ],
  any: ['given', () => true],
} as const

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What makes the entries of a list, and how they are known. */
interface Kind {
  readonly maker: (typeof MAKERS)[keyof typeof MAKERS] | 'defineSchedule'
  readonly isMade: (entry: object) => boolean
}

/** What stands in an author's list in the place of something that `kind.maker` makes; `null` where nothing is wrong. */
export function problemInList(list: readonly unknown[], kind: Kind): string | null {
  for (const [index, entry] of list.entries()) {
    const problem = problemWithEntry(entry, kind)
    if (problem !== null) return `entry ${String(index + 1)} ${problem}`
  }
  return null
}

function problemWithEntry(entry: unknown, { isMade, maker }: Kind): string | null {
  if (typeof entry === 'function') {
    return `is the function ${entry.name === '' ? '' : `${entry.name} `}itself: call it, ${entry.name || 'make'}(…)`
  }
  if (entry instanceof Promise) return 'is a promise: await it'
  if (typeof entry !== 'object' || entry === null) return `is ${String(entry)}: was it imported by another name?`
  return isMade(entry) ? null : `was not made with ${maker}({…})`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
