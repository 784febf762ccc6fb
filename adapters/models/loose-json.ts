import { parseMarkingLossy } from '#domain/json/lossy-number.ts'

/**
 * The JSON values in a text, one after the other. What begins like no JSON is one value, the text itself. What begins so
 * and is none is no value: it may be half of an answer. Some servers write what JSON has no place for: `NaN`, line feeds
 * in a text, something after the end.
 */
export function valuesIn(text: string): readonly unknown[] {
  try {
    return [parseMarkingLossy(text)]
  } catch {
    // Some servers pack a stream into a stream.
    const start = text.trimStart().replace(/^(?:data:\s*)+/, '')
    if (start === '') return []
    return '{["'.includes(start.charAt(0)) ? looseValues(start) : [text]
  }
}

/** What may stand around one value without a meaning: fences, and ends and tags of which a model wrote too many. */
const BEFORE = /^\s*(?:```\w*\s*)?/
const BEHIND = /^(?:[\s}\]`]|<[\w/|]{1,40}>)*$/

/** The one value that a model has written, in JSON that is a little off; `undefined` where there is none, or more. */
export function valueWrittenIn(text: string): unknown {
  const start = text.replace(BEFORE, '')
  const first = '{["'.includes(start.charAt(0)) ? firstValue(start) : null
  return first && BEHIND.test(start.slice(first.length)) ? first.value : undefined
}

function looseValues(text: string): readonly unknown[] {
  const values: unknown[] = []
  for (let rest = text; '{["'.includes(rest.charAt(0));) {
    const first = firstValue(rest)
    if (!first) break
    values.push(first.value)
    rest = rest.slice(first.length).trimStart()
    if (rest === '') break
  }
  return values
}

/** The text, object or list at the beginning; `null` when it does not end, and for what is no JSON. */
function firstValue(text: string): { readonly value: unknown; readonly length: number } | null {
  let depth = 0
  let written = ''
  let start = 0
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at)
    if (char === '"') {
      const end = endOfText(text, at)
      written += withoutNaN(text.slice(start, at)) + text.slice(at, end).replaceAll(CONTROLS, escaped)
      start = end
      at = end - 1
    } else if (char === '{' || char === '[') depth++
    else if (char === '}' || char === ']') depth--
    if (depth === 0) return parsed(written + withoutNaN(text.slice(start, at + 1)), at + 1)
  }
  return null
}

function endOfText(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const char = text.charAt(at)
    if (char === '"') return at + 1
    if (char === '\\') at++
  }
  return text.length
}

function parsed(json: string, length: number): { readonly value: unknown; readonly length: number } | null {
  try {
    return { value: parseMarkingLossy(json), length }
  } catch {
    return null
  }
}

/** A number that is none counts as one that no double holds, so that it reaches no tool. */
function withoutNaN(json: string): string {
  return json.replaceAll(/\b(?:NaN|Infinity)\b/g, '1e999')
}

const CONTROLS = /[\u0000-\u001f]/g

function escaped(control: string): string {
  return `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`
}
