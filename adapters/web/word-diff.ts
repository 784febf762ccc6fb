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

/** Beyond that, two texts have so little in common that parts of it say nothing. It bounds the time, too. */
const MOST_EDITS = 1000

/**
 * How one text became the other, word by word. The texts of the parts that are not `added` make `before`, and those that
 * are not `removed` make `after`. A tag of HTML is one word. Pure; a tenth of a second at most.
 */
export function wordDiff(before: string, after: string): readonly DiffPart[] {
  const changes = diffArrays(wordsOf(before), wordsOf(after), { maxEditLength: MOST_EDITS })
  if (!changes) return replaced(before, after)
  const parts = changes.map(({ added, removed, value }): DiffPart => {
    return { kind: added ? 'added' : removed ? 'removed' : 'same', text: value.join('') }
  })
  return gathered(parts)
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
