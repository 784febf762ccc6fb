import { clip } from '../json/issues.ts'
import { onOneLine, wordsIn } from '../json/words.ts'
import type { JobRecord } from './job.ts'

const MOST_CHARACTERS = 80

/**
 * What a job is about, for lists: the first texts and numbers of its input on one line, at most 80 characters. `null`
 * where its input has none, and where its words are kept out of the index.
 */
export function inputPreviewOf({ input, options }: JobRecord): string | null {
  if (!options.searchable) return null
  const words = onOneLine(wordsIn(input, 2 * MOST_CHARACTERS))
  return words === '' ? null : clip(words, MOST_CHARACTERS)
}
