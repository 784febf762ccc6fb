import type { JsonValue } from '../json/json.ts'
import { onOneLine, wordsIn } from '../json/words.ts'
import type { JobRecord } from './job.ts'

/** Characters of the input, and again of what came of it, that a job is found by. */
const MOST_CHARACTERS = 300
/** Of tags and metadata, and of each of them. */
const MOST_NAMED = 300
const MOST_OF_NAME = 60
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
  const parts = [named.slice(0, MOST_NAMED), wordsIn(input, MOST_CHARACTERS), wordsIn(endOf(job), MOST_CHARACTERS)]
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

/** In one case and one form, with single blanks; storable everywhere. */
function plain(text: string): string {
  return onOneLine(text.toWellFormed().normalize('NFKC').toLowerCase())
}
