import { diffArrays } from 'diff/lib/diff/array.js'

/** A run of words that both texts have, or one of them. */
export interface DiffPart {
  readonly kind: 'same' | 'removed' | 'added'
  readonly text: string
}

/**
 * A tag, an entity, a word, a number with its separators, a run of white space, or any other character. A surrogate
 * without its partner is a character, too.
 */
const TOKEN = /<\/?[a-z][^<>]*>|&(?:#?\w{1,31});|\p{N}+(?:[.,:]\p{N}+)*|[\p{L}\p{M}\p{N}_]+|\s+|[^]/giu

/** Comparisons of one diff, so that it takes milliseconds also of the largest texts. */
const MOST_WORK = 200_000

export interface WordDiff {
  /** Those that are not `added` make `before`, and those that are not `removed` make `after`. */
  readonly parts: readonly DiffPart[]
  /** Whether passages are shown as replaced that may share words, because a closer look would take too long. */
  readonly isCoarse: boolean
}

/** Thrown where the work is used up, which ends a comparison at once. */
class TooMuchWork extends Error {}

/** Counts comparisons, and allows no more than so many. */
export class DiffWork {
  done = 0
  readonly #most: number

  constructor(most = MOST_WORK) {
    this.#most = most
  }

  /** @throws {TooMuchWork} */
  readonly isSame = (a: string, b: string): boolean => {
    if (this.done >= this.#most) throw new TooMuchWork()
    this.done++
    return a === b
  }
}

/**
 * How one text became the other, word by word: first by lines, then by the words of the lines that differ. A tag of HTML
 * is one word. Pure. The work grows with the product of the texts, so it is bounded.
 */
export function wordDiff(before: string, after: string, work = new DiffWork()): WordDiff {
  const lines = diffOf(before.match(LINE) ?? [], after.match(LINE) ?? [], work)
  if (!lines) return { parts: replaced(before, after), isCoarse: true }
  let isCoarse = false
  const parts = passagesOf(lines).flatMap((passage) => {
    if (typeof passage === 'string') return [{ kind: 'same' as const, text: passage }]
    const words = diffOf(wordsOf(passage.removed), wordsOf(passage.added), work)
    if (words) return words
    isCoarse = true
    return replaced(passage.removed, passage.added)
  })
  return { parts: gathered(joined(parts)), isCoarse }
}

const LINE = /[^\n]*\n|[^\n]+/g

/** `null` where it would take too much work. */
function diffOf(before: readonly string[], after: readonly string[], { isSame }: DiffWork): readonly DiffPart[] | null {
  try {
    return diffArrays([...before], [...after], { comparator: isSame }).map(({ added, removed, value }): DiffPart => {
      return { kind: added ? 'added' : removed ? 'removed' : 'same', text: value.join('') }
    })
  } catch (error) {
    if (error instanceof TooMuchWork) return null
    throw error
  }
}

interface Changed {
  readonly removed: string
  readonly added: string
}

/** Lines that are the same, and what lies between them. */
function passagesOf(lines: readonly DiffPart[]): readonly (string | Changed)[] {
  const passages: (string | Changed)[] = []
  for (const { kind, text } of lines) {
    const last = passages.at(-1)
    if (kind === 'same') passages.push(text)
    else if (typeof last === 'object') passages[passages.length - 1] = { ...last, [kind]: last[kind] + text }
    else passages.push({ removed: '', added: '', [kind]: text })
  }
  return passages
}

/** Neighbours of the same kind become one. */
function joined(parts: readonly DiffPart[]): readonly DiffPart[] {
  const whole: DiffPart[] = []
  for (const part of parts) {
    const last = whole.at(-1)
    if (last?.kind !== part.kind) whole.push(part)
    else whole[whole.length - 1] = { kind: part.kind, text: last.text + part.text }
  }
  return whole
}

function wordsOf(text: string): string[] {
  return text.match(TOKEN) ?? []
}

/**
 * Joins changes that only spaces lie between: a sentence that was written anew is one change, and not one for each word.
 * What was removed stands before what was added.
 */
function gathered(parts: readonly DiffPart[]): readonly DiffPart[] {
  const whole: DiffPart[] = []
  let removed = ''
  let added = ''
  for (const [at, { kind, text }] of parts.entries()) {
    const isChanged = kind !== 'same' || isGap(parts, at)
    if (isChanged && kind !== 'added') removed += text
    if (isChanged && kind !== 'removed') added += text
    if (isChanged) continue
    whole.push(...replaced(removed, added), { kind, text })
    removed = added = ''
  }
  return [...whole, ...replaced(removed, added)]
}

/** Spaces between two changes of one line. */
function isGap(parts: readonly DiffPart[], at: number): boolean {
  return at > 0 && at < parts.length - 1 && /^[^\S\n]+$/.test(parts[at]?.text ?? '')
}

function replaced(before: string, after: string): readonly DiffPart[] {
  return partsOf([
    { kind: 'removed', text: before },
    { kind: 'added', text: after },
  ])
}

function partsOf(parts: readonly DiffPart[]): readonly DiffPart[] {
  return parts.filter(({ text }) => text !== '')
}
