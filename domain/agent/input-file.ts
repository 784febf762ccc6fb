import { type JsonObject, type JsonValue, isJsonObject } from '../json/json.ts'
import { type Schema, jsonSchemaOf } from './schema.ts'

/** A file of the input, as the model gets it. The provider fetches a URL; Errand never does. */
export interface InputFile {
  /** IANA, such as `image/png`. */
  readonly mediaType: string
  readonly filename?: string
  /** Base64, or an https URL. */
  readonly data: string
  readonly isUrl: boolean
}

export const MEDIA_TYPES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'application/pdf', 'text/plain']
const BY_EXTENSION: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  pdf: 'application/pdf',
  txt: 'text/plain',
}
const MOST_FILES = 20
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** What else may let a member in. */
const OPEN = ['patternProperties', 'allOf', 'anyOf', 'oneOf', 'if']

/** The first name that no input of `schema` may have, in words; `null` where each may be one. */
export function problemWithFileNames(names: readonly string[], schema: Schema): string | null {
  // Objects of zod drop what they do not name, and do not write that into their JSON Schema.
  const isClosed = schema['~standard'].vendor === 'zod'
  const { properties, additionalProperties = !isClosed, ...rest } = jsonSchemaOf(schema)
  if (!isJsonObject(properties) || additionalProperties !== false || OPEN.some((name) => name in rest)) return null
  const unknown = names.find((name) => !Object.hasOwn(properties, name))
  if (unknown === undefined) return null
  return `its files name "${unknown}", and its input has ${Object.keys(properties).join(', ') || 'no members'}`
}

type Reading = InputFile | { readonly problem: string }

/** What is wrong with the files in an input; empty where they can be sent. @param names of the members that hold files. */
export function problemsWithFiles(input: JsonValue, names: readonly string[]): readonly string[] {
  const readings = readingsIn(input, names)
  const problems = readings.flatMap(({ name, reading }) =>
    'problem' in reading ? [`${name}: ${reading.problem}`] : [],
  )
  return readings.length > MOST_FILES ? [...problems, `an input has at most ${String(MOST_FILES)} files`] : problems
}

/** The files in an input, in the order of `names`. An input without problems has them all. */
export function filesIn(input: JsonValue, names: readonly string[]): readonly InputFile[] {
  return readingsIn(input, names).flatMap(({ reading }) => ('problem' in reading ? [] : [reading]))
}

/** The input without what the model gets as files: each member says how many of them there are. */
export function withoutFiles(input: JsonValue, names: readonly string[]): JsonValue {
  if (!isJsonObject(input)) return input
  const held = names.filter((name) => Object.hasOwn(input, name) && input[name] !== null)
  // An input may have 100 000 members, and to copy them takes a third of a second.
  if (held.length === 0) return input
  const described = held.map((name): [string, JsonValue] => {
    const value = input[name]
    return [name, Array.isArray(value) ? `${String(value.length)} attached files` : 'attached file']
  })
  return { ...input, ...Object.fromEntries(described) }
}

function readingsIn(input: JsonValue, names: readonly string[]): readonly { name: string; reading: Reading }[] {
  if (!isJsonObject(input)) return []
  return names.flatMap((name) => {
    const value = input[name]
    if (value === undefined || value === null) return []
    if (!Array.isArray(value)) return [{ name, reading: readingOf(value) }]
    return (value as readonly JsonValue[]).map((one, index) => ({
      name: `${name}.${String(index)}`,
      reading: readingOf(one),
    }))
  })
}

function readingOf(value: JsonValue): Reading {
  if (typeof value === 'string') return readingOf({ url: value })
  if (!isJsonObject(value)) return { problem: 'a file is a URL, or {url, mediaType?} or {data, mediaType}' }
  const { url, mediaType, filename } = value
  const type = mediaType ?? (typeof url === 'string' ? typeByName(url) : undefined)
  if (typeof type !== 'string' || !MEDIA_TYPES.includes(type))
    return { problem: `mediaType must be one of ${MEDIA_TYPES.join(', ')}` }
  const content = contentOf(value)
  if ('problem' in content) return content
  return { mediaType: type, ...(typeof filename === 'string' && { filename }), ...content }
}

function contentOf({ url, data }: JsonObject): Pick<InputFile, 'data' | 'isUrl'> | { readonly problem: string } {
  if (typeof url === 'string') return isPublicUrl(url) ? { data: url, isUrl: true } : { problem: NOT_PUBLIC }
  if (typeof data === 'string' && data !== '' && BASE64.test(data)) return { data, isUrl: false }
  return { problem: 'data must be base64' }
}

const NOT_PUBLIC = 'url must be https, and name a public host, not an address'

/** Only by its text: a model server in a network of its own must not be sent to its neighbors. */
function isPublicUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, username, password, hostname } = new URL(text)
  const isPrivate = /^[\d.]+$|^\[|(?:^|\.)(?:localhost|local|internal|home\.arpa)\.?$/.test(hostname)
  return protocol === 'https:' && username === '' && password === '' && hostname.includes('.') && !isPrivate
}

function typeByName(url: string): string | undefined {
  const extension = /\.([a-z]+)(?:[?#]|$)/i.exec(url)?.[1]
  return BY_EXTENSION[extension?.toLowerCase() ?? '']
}
