import type { JsonValue } from '../json/json.ts'
import { firstLossyNumber } from '../json/lossy-number.ts'

/** Values looked at before a result counts as too large to be shown. */
const MOST_VALUES = 1_000_000
const MOST_DEPTH = 500
/** Characters of all texts: JSON may write each as six, and a longer JSON cannot be made at all. */
const MOST_CHARACTERS = 50_000_000

/** Why a value cannot be shown, in a few words that hold nothing of it. */
class NotShownError extends Error {}

export type Shown =
  | { readonly ok: true; readonly value: JsonValue }
  /** `cause` is what its own code threw, where that is why. */
  | { readonly ok: false; readonly why: string; readonly cause?: unknown }

/**
 * The return value of a tool as JSON, without loss of meaning. A bigint, `NaN` and an invalid date become text; a
 * `Map`, `Set` or `Error` is shown by its contents. A lone surrogate becomes U+FFFD. All else is as in
 * `JSON.stringify`. Never throws.
 */
export function shown(value: unknown): Shown {
  try {
    return { ok: true, value: new Walk().show(value, '') ?? null }
  } catch (cause) {
    if (cause instanceof NotShownError) return { ok: false, why: cause.message }
    return { ok: false, why: 'it cannot be read', cause }
  }
}

class Walk {
  readonly #around = new Set<object>()
  #values = 0
  #characters = 0

  /** `undefined` for what JSON leaves out. @throws {NotShownError}, and what the value's own code throws. */
  show(value: unknown, key: string): JsonValue | undefined {
    if (++this.#values > MOST_VALUES) throw new NotShownError('it is too large')
    if (typeof value === 'object') return value === null ? null : this.#inside(value, key)
    if (typeof value === 'function' || typeof value === 'symbol') {
      this.#leaveOut(typeof value)
      return
    }
    return this.#plain(value)
  }

  #plain(value: unknown): JsonValue | undefined {
    if (typeof value === 'string') return this.#text(value)
    if (typeof value === 'bigint') return String(value)
    if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
    return typeof value === 'boolean' ? value : undefined
  }

  #text(text: string): string {
    this.#characters += text.length
    if (this.#characters > MOST_CHARACTERS) throw new NotShownError('it is too large')
    return text.toWellFormed()
  }

  /** As JSON does inside of something; alone it was meant to be the result. */
  #leaveOut(type: string): undefined {
    if (this.#around.size === 0) throw new NotShownError(`it is a ${type}`)
  }

  #inside(value: object, key: string): JsonValue | undefined {
    if (this.#around.has(value)) throw new NotShownError('it refers to itself')
    if (this.#around.size >= MOST_DEPTH) throw new NotShownError('it is nested too deeply')
    this.#around.add(value)
    const result = this.#object(value, key)
    this.#around.delete(value)
    return result
  }

  #object(value: object, key: string): JsonValue | undefined {
    if (hasOwnForm(value)) {
      const form = this.show(value.toJSON(key), key)
      return form === null && kindOf(value) === 'Date' ? 'Invalid Date' : form
    }
    return this.#collection(value) ?? this.#primitive(value) ?? this.#members(value)
  }

  #collection(value: object): JsonValue | undefined {
    if (Array.isArray(value)) return this.#list(value)
    if (value instanceof Set || isNumbers(value)) return this.#list([...value])
    if (value instanceof Map) return this.#map(value)
    return value instanceof Error ? this.#error(value) : undefined
  }

  #list(list: readonly unknown[]): JsonValue {
    if (list.length > MOST_VALUES) throw new NotShownError('it is too large')
    // By number: a hole in a list is a place too.
    return Array.from(list, (item, index) => this.show(item, String(index)) ?? null)
  }

  /** An object where all keys are texts, otherwise a list of pairs. */
  #map(map: ReadonlyMap<unknown, unknown>): JsonValue {
    const entries = [...map]
    return entries.every(([name]) => typeof name === 'string')
      ? this.#entries(entries as [string, unknown][])
      : this.#list(entries)
  }

  /** What is said of it, with its other fields; not its stack, which is for the log. */
  #error(error: Error): JsonValue {
    const { name, message } = error
    return { ...this.#entries(Object.entries(error)), name: this.#text(name), message: this.#text(message) }
  }

  /** `new Number(1)` and the like, and numbers that were written by `JSON.rawJSON`. */
  #primitive(value: object): JsonValue | undefined {
    if (value instanceof Number || value instanceof String || value instanceof Boolean)
      return this.show(value.valueOf(), '')
    if (isRawJson(value)) {
      return firstLossyNumber(value.rawJSON) ? value.rawJSON : (JSON.parse(value.rawJSON) as JsonValue)
    }
    return value instanceof RegExp || value instanceof BigInt ? String(value) : undefined
  }

  #members(value: object): JsonValue {
    const entries = Object.entries(value)
    // An object of some class that keeps all to itself: `{}` would say that there is nothing.
    if (entries.length === 0 && !isPlain(value)) return `[${kindOf(value)}]`
    return this.#entries(entries)
  }

  #entries(entries: readonly (readonly [string, unknown])[]): Record<string, JsonValue> {
    return Object.fromEntries(
      entries.flatMap(([name, inner]) => {
        const value = this.show(inner, name)
        return value === undefined ? [] : [[this.#text(name), value]]
      }),
    )
  }
}

/** Says itself what it is in JSON, as a `Date` does. */
function hasOwnForm(value: object): value is { toJSON(key: string): unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function'
}

/** A typed array. */
function isNumbers(value: object): value is object & Iterable<unknown> {
  return ArrayBuffer.isView(value) && Symbol.iterator in value
}

/** https://github.com/tc39/proposal-json-parse-with-source */
function isRawJson(value: object): value is { readonly rawJSON: string } {
  const { isRawJSON } = JSON as unknown as { readonly isRawJSON?: (value: unknown) => boolean }
  return isRawJSON?.(value) === true
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function kindOf(value: object): string {
  const tag = Object.prototype.toString.call(value).slice('[object '.length, -1)
  return tag === 'Object' ? value.constructor.name : tag
}
