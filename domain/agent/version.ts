import type { JsonObject, JsonValue } from '../json/json.ts'
import { canonicalJson } from '../json/json.ts'
import type { CallSettings } from './call-settings.ts'
import type { Instructions } from './instructions.ts'
import type { AgentOutput } from './output.ts'
import type { Tool } from './tool.ts'

/** What decides how an agent answers and what its calls may do. */
export interface VersionedAgent {
  readonly model: string | null
  readonly fallbackModels: readonly string[]
  /** A function is not in a version: an author gives one. */
  readonly instructions: Instructions
  readonly maxIterations: number
  readonly tools: readonly Tool[]
  readonly files: readonly string[]
  readonly output: AgentOutput | null
  readonly settings: CallSettings
}

/**
 * 16 hexadecimal digits, the same wherever the model is shown the same. That is all of `VersionedAgent`; of a tool it is
 * the name, description, schema and effect, and not the code.
 */
export function versionOf({ model, instructions, maxIterations, tools, output, ...more }: VersionedAgent): string {
  const shown: JsonValue = {
    model,
    instructions: typeof instructions === 'string' ? instructions : null,
    maxIterations,
    tools: tools.map(({ name, description, inputSchema, effect }) => ({ name, description, inputSchema, effect })),
    // A field that is not used leaves the version as it was before there was this field.
    ...(output && { output: output.jsonSchema }),
    ...(more.files.length > 0 && { files: more.files }),
    ...(more.fallbackModels.length > 0 && { fallbackModels: more.fallbackModels }),
    ...decisive(more.settings),
  }
  const text = canonicalJson(shown)
  return [0x811c9dc5, 0x01000193].map((seed) => hash(text, seed)).join('')
}

/** What of the settings bears on the answer. */
function decisive({ temperature, maxOutputTokens, reasoning, toolChoice, providerOptions }: CallSettings): JsonObject {
  const given = { temperature, maxOutputTokens, reasoning, toolChoice, providerOptions }
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

/** FNV-1a with a last mixing step. It distinguishes versions, and protects nothing. */
function hash(text: string, seed: number): string {
  let value = seed
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193)
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  return ((value ^ (value >>> 13)) >>> 0).toString(16).padStart(8, '0')
}
