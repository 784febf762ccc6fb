import type { JsonValue } from '../json/json.ts'
import type { JobRecord } from './job.ts'

/** Characters of the input, and again of what came of it, that a job is found by. */
const MOST_CHARACTERS = 300
/** Of tags and metadata, and of each of them. */
const MOST_NAMED = 300
const MOST_OF_NAME = 60
/** Of one input or answer. It is walked at each commit, also when its texts are short and many. */
const MOST_VALUES = 500
/** Of one text in an input. */
const MOST_OF_TEXT = 200
/** A longer text without a blank is a file, a key or a hash, and holds no words. */
const LONGEST_WORD = 80
export const MOST_WORDS = 8

/**
 * What a search for words looks through: tags, metadata, and the beginnings of the input and of the answer. A failed job
 * has its message instead. `null` where the job is not to be found by words.
 */
export function searchTextOf(job: JobRecord): string | null {
  const { input, options } = job
  if (!options.searchable) return null
  const named = [...options.tags, ...Object.values(options.metadata)]
    .map((name) => name.slice(0, MOST_OF_NAME))
    .join(' ')
  const parts = [named.slice(0, MOST_NAMED), wordsIn(input), wordsIn(endOf(job))]
  return plain(parts.filter((part) => part !== '').join(' '))
}

/** The words of a search, as `searchTextOf` writes them; `null` where there are none, or more than `MOST_WORDS`. */
export function searchWords(text: string): readonly string[] | null {
  const words = [...new Set(plain(text).split(' '))].filter((word) => word !== '')
  return words.length > 0 && words.length <= MOST_WORDS ? words : null
}

function endOf(job: JobRecord): JsonValue {
  if (job.status === 'completed') return job.report.output
  return job.status === 'failed' ? job.error.message : ''
}

/** The texts and numbers of a value in order, without the names of its members. */
function wordsIn(value: JsonValue): string {
  let words = ''
  let looked = 0
  for (const next of valuesIn(value)) {
    if (typeof next === 'string') words += ` ${readable(next)}`
    else if (typeof next === 'number') words += ` ${String(next)}`
    if (words.length >= MOST_CHARACTERS || ++looked === MOST_VALUES) break
  }
  return words.trim().slice(0, MOST_CHARACTERS)
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

/** In one case and one form, with single blanks; storable everywhere. */
function plain(text: string): string {
  return text
    .toWellFormed()
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
}
