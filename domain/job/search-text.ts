import type { JsonValue } from '../json/json.ts'
import type { JobRecord } from './job.ts'

/** Characters of the input, and again of what came of it, that a job is found by. */
const MOST_CHARACTERS = 300
/** Of tags and metadata. */
const MOST_NAMED = 200
/** Of one text in an input. */
const MOST_OF_TEXT = 200
/** A longer text without a blank is a file, a key or a hash, and holds no words. */
const LONGEST_WORD = 80
const MOST_WORDS = 8

/**
 * What a search for words looks through: tags, metadata, and the beginnings of the input and of the answer. A failed job
 * has its message instead. `null` where the job is not to be found by words.
 */
export function searchTextOf(job: JobRecord): string | null {
  const { input, options } = job
  if (options.unsearchable) return null
  const named = [...options.tags, ...Object.values(options.metadata)].join(' ')
  const parts = [named.slice(0, MOST_NAMED), wordsIn(input), wordsIn(endOf(job))]
  return plain(parts.filter((part) => part !== '').join(' '))
}

/** The words of a search, as `searchTextOf` writes them. */
export function searchWords(text: string): readonly string[] {
  return [...new Set(plain(text).split(' '))].filter((word) => word !== '').slice(0, MOST_WORDS)
}

function endOf(job: JobRecord): JsonValue {
  if (job.status === 'completed') return job.report.output
  return job.status === 'failed' ? job.error.message : ''
}

/** The texts and numbers of a value in order, without the names of its members. */
function wordsIn(value: JsonValue): string {
  let words = ''
  const waiting: JsonValue[] = [value]
  while (waiting.length > 0 && words.length < MOST_CHARACTERS) {
    const next = waiting.pop() ?? null
    if (typeof next === 'string') words += ` ${readable(next)}`
    else if (typeof next === 'number') words += ` ${String(next)}`
    else if (next !== null && typeof next === 'object') waiting.push(...Object.values(next).toReversed())
  }
  return words.trim().slice(0, MOST_CHARACTERS)
}

function readable(text: string): string {
  const start = text.slice(0, MOST_OF_TEXT)
  return start.length > LONGEST_WORD && !/\s/.test(start.slice(0, LONGEST_WORD)) ? '' : start
}

/** In one case and one form, with single blanks; storable everywhere. */
function plain(text: string): string {
  return text
    .toWellFormed()
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
}
