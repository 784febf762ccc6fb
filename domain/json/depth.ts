import { endOfString } from './numbers.ts'

/** Deeper than any honest value, and far from where recursive code would overflow the stack. */
export const MOST_DEPTH = 100

/** Whether lists and objects stand in each other more than `MOST_DEPTH` levels deep. */
export function isTooDeep(value: unknown): boolean {
  return isDeeperThan(value, MOST_DEPTH)
}

function isDeeperThan(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (depth === 0) return true
  return Object.values(value).some((inner) => isDeeperThan(inner, depth - 1))
}

/**
 * The same of the JSON `text`, which may be malformed. For texts of strangers: `JSON.parse` takes half a second for a
 * mebibyte of brackets, and this scan some milliseconds.
 */
export function isTextTooDeep(text: string): boolean {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (char === '"') at = endOfString(text, at) - 1
    else if (char === '[' || char === '{') depth++
    else if (char === ']' || char === '}') depth--
    if (depth > MOST_DEPTH) return true
  }
  return false
}
