// Franc's models alone: its entry builds those of all languages when it is loaded, which takes longer than all else that
// a command loads.
import { data } from 'franc/data.js'

/** What a trigram costs that a language's model does not have. */
const ABSENT = 300
/** What of a text is looked at. */
const MOST_CHARACTERS = 2048

/** The rank of each frequent trigram of a language, from 1. */
type Ranks = ReadonlyMap<string, number>

const made = new Map<string, Ranks>()

/**
 * The language, of these, whose frequent trigrams are the text's (https://en.wikipedia.org/wiki/N-gram#Applications);
 * `null` for a text in another script.
 * @param codes of languages in Latin letters, as ISO 639-3 has them.
 */
export function detectLanguage(text: string, codes: readonly string[]): string | null {
  const counts = trigramsOf(text.slice(0, MOST_CHARACTERS))
  let nearest: { readonly code: string | null; readonly distance: number } = { code: null, distance: Infinity }
  for (const code of isLatin(text) ? codes : []) {
    const distance = distanceOf(counts, ranksOf(code))
    if (distance < nearest.distance) nearest = { code, distance }
  }
  return nearest.code
}

/** Most of its letters. */
function isLatin(text: string): boolean {
  return 2 * (text.match(/\p{Script=Latin}/gu) ?? []).length > (text.match(/\p{L}/gu) ?? []).length
}

/** How often each occurs. Digits and signs count as the ends of words. */
function trigramsOf(text: string): ReadonlyMap<string, number> {
  const words = ` ${text
    .replaceAll(/[!-@\s]+/g, ' ')
    .trim()
    .toLowerCase()} `
  const counts = new Map<string, number>()
  for (let start = 0; start + 3 <= words.length; start++) {
    const trigram = words.slice(start, start + 3)
    counts.set(trigram, (counts.get(trigram) ?? 0) + 1)
  }
  return counts
}

function distanceOf(counts: ReadonlyMap<string, number>, ranks: Ranks): number {
  let distance = 0
  for (const [trigram, count] of counts) {
    const rank = ranks.get(trigram)
    distance += rank === undefined ? ABSENT : Math.abs(rank - count)
  }
  return distance
}

function ranksOf(code: string): Ranks {
  const known = made.get(code)
  if (known) return known
  const trigrams = data['Latin']?.[code]?.split('|') ?? []
  const ranks = new Map(trigrams.map((trigram, index) => [trigram, index + 1]))
  made.set(code, ranks)
  return ranks
}
