import type { JsonValue } from './json.ts'

/** Of one input or answer. It is walked at each commit, also when its texts are short and many. */
const MOST_VALUES = 500
/** Of one text in an input. */
const MOST_OF_TEXT = 200
/** A longer text without a blank is a file, a key or a hash, and holds no words. */
const LONGEST_WORD = 80

/** The texts and numbers of a value in order, without the names of its members, cut at `most` characters. */
export function wordsIn(value: JsonValue, most: number): string {
  let words = ''
  let looked = 0
  for (const next of valuesIn(value)) {
    if (typeof next === 'string') words += ` ${readable(next)}`
    else if (typeof next === 'number') words += ` ${String(next)}`
    if (words.length > most || ++looked === MOST_VALUES) break
  }
  return words.trim().slice(0, most)
}

/** On one line with single blanks; storable everywhere. */
export function onOneLine(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
}

/** Every value in a value, in order. Without recursion, for a caller chooses the depth. */
function* valuesIn(value: JsonValue): Generator<JsonValue> {
  const open: Iterator<JsonValue>[] = [[value].values()]
  for (let inner = open.at(-1); inner; inner = open.at(-1)) {
    const next = inner.next()
    if (next.done) {
      open.pop()
      continue
    }
    yield next.value
    const parts = next.value
    if (parts !== null && typeof parts === 'object')
      open.push((Array.isArray(parts) ? parts : Object.values(parts)).values())
  }
}

function readable(text: string): string {
  const start = text.slice(0, MOST_OF_TEXT)
  return start.length > LONGEST_WORD && !/\s/.test(start.slice(0, LONGEST_WORD)) ? '' : start
}
