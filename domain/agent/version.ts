import type { JsonValue } from '../json/json.ts'
import { canonicalJson } from '../json/json.ts'
import type { Tool } from './tool.ts'

/** What decides how an agent answers and what its calls may do. */
export interface VersionedAgent {
  readonly model: string | null
  readonly instructions: string
  readonly maxIterations: number
  readonly tools: readonly Tool[]
}

/**
 * 16 hexadecimal digits, the same wherever the model is shown the same: instructions, model, limit of iterations, and
 * each tool's name, description, schema and effect. What a tool's code does is not in it.
 */
export function versionOf({ model, instructions, maxIterations, tools }: VersionedAgent): string {
  const shown: JsonValue = {
    model,
    instructions,
    maxIterations,
    tools: tools.map(({ name, description, inputSchema, effect }) => ({ name, description, inputSchema, effect })),
  }
  const text = canonicalJson(shown)
  return [0x811c9dc5, 0x01000193].map((seed) => hash(text, seed)).join('')
}

/** FNV-1a with a last mixing step. It distinguishes versions, and protects nothing. */
function hash(text: string, seed: number): string {
  let value = seed
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193)
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  return ((value ^ (value >>> 13)) >>> 0).toString(16).padStart(8, '0')
}
