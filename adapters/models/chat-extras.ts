import type { JsonObject } from '#domain/json/json.ts'
import { isTooDeep } from '#domain/json/depth.ts'
import { holdsLossyNumber } from '#domain/json/lossy-number.ts'
import { type JsonRecord, isRecord, records, text } from './json-reading.ts'
import { wellFormed } from './tool-arguments.ts'

// Some servers give more than OpenAI's members, and need it back: signatures of Google, and of Anthropic behind
// OpenRouter (`reasoning_details`) and LiteLLM. Without it the next request is refused, or the model forgets its thoughts.

const OF_CALLS = ['extra_content', 'provider_specific_fields']
const OF_MESSAGES = [...OF_CALLS, 'reasoning_details', 'thinking_blocks']

/** By the name under which the provider package takes them back. */
export interface Extras {
  readonly provider?: { readonly openaiCompatible: JsonObject }
}

export function extrasOfCall(call: JsonRecord): Extras {
  return asExtras(kept(call, OF_CALLS))
}

/** @param more of our own, about the same message. */
export function extrasOfMessage(message: JsonRecord, more: JsonObject): Extras {
  return asExtras({ ...kept(message, OF_MESSAGES), ...more })
}

function asExtras(fields: JsonObject): Extras {
  return Object.keys(fields).length === 0 ? {} : { provider: { openaiCompatible: fields } }
}

function kept(given: JsonRecord, names: readonly string[]): JsonObject {
  const found = names.filter((name) => isKept(given[name]))
  if (found.length === 0) return {}
  return wellFormed(Object.fromEntries(found.map((name) => [name, given[name]])) as JsonObject)
}

function isKept(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return false
  return !isTooDeep(value) && !holdsLossyNumber(value)
}

/** The extras of a message or a call out of those of its pieces. */
export class ExtrasGathering {
  readonly #fields = new Map<string, unknown>()

  take(piece: JsonRecord): void {
    for (const name of OF_MESSAGES) {
      const value = piece[name]
      if (Array.isArray(value)) for (const item of records(value)) this.#takeItem(name, item)
      else if (isRecord(value)) this.#fields.set(name, { ...(this.#fields.get(name) as JsonRecord), ...value })
    }
  }

  fields(): JsonRecord {
    return Object.fromEntries(this.#fields)
  }

  /** A thought comes in pieces, of which the last may be its signature alone. */
  #takeItem(name: string, item: JsonRecord): void {
    const items = this.#fields.get(name) as JsonRecord[] | undefined
    const last = items?.at(-1)
    if (!items) this.#fields.set(name, [item])
    else if (last && continues(last, item)) items[items.length - 1] = joined(last, item)
    else items.push(item)
  }
}

function continues(last: JsonRecord, item: JsonRecord): boolean {
  return last['type'] === item['type'] && last['index'] === item['index'] && !last['signature'] && !item['data']
}

const GROWING = new Set(['text', 'summary', 'thinking'])

function joined(last: JsonRecord, item: JsonRecord): JsonRecord {
  const news = Object.entries(item).filter(([, value]) => value !== null && value !== '')
  return {
    ...last,
    ...Object.fromEntries(
      news.map(([name, value]) => [name, GROWING.has(name) ? text(last[name]) + text(value) : value]),
    ),
  }
}
