import { DefinitionError } from '#domain/agent/errors.ts'
import type { Guard } from '#domain/write/guard.ts'
import { CLAIMS, type ClaimKind } from './claim-words.ts'
import { plainText } from './plain-text.ts'

export interface ClaimOptions {
  /** All three unless given. */
  readonly kinds?: readonly ClaimKind[]
  /** Words of the list that this shop may use, as the text has them: `['ekologisk', 'organic']` for certified goods. */
  readonly allow?: readonly string[]
  /** Further words; `*` at the end of one stands for the rest of the word. */
  readonly more?: readonly string[]
}

/**
 * The new text makes no claim of the lists in `claim-words.ts`, in Swedish and English, whether the old one did or not.
 * @throws {DefinitionError} when a further word is blank, or there is none at all.
 */
export function makesNoClaims({ kinds, allow = [], more = [] }: ClaimOptions = {}): Guard {
  if (more.some((word) => word.replaceAll('*', '').trim() === ''))
    throw new DefinitionError('makesNoClaims: a word in "more" is blank, and would forbid every text')
  const words = (kinds ?? (Object.keys(CLAIMS) as ClaimKind[])).flatMap((kind) => CLAIMS[kind])
  if (words.length + more.length === 0)
    throw new DefinitionError('makesNoClaims: "kinds" is empty, and "more" has no words, so it would forbid every text')
  const claims = anyOf([...words, ...more])
  const allowed = new Set(allow.map((word) => word.toLowerCase()))
  return (_before, after) => {
    const found = [...plainText(after).matchAll(claims)].map(([word]) => word)
    const claimed = [...new Set(found)].filter((word) => !allowed.has(word.toLowerCase()))
    return claimed.length === 0 ? null : `Leave out what the shop would have to prove: ${claimed.join(', ')}.`
  }
}

/** The ends of a word are looked for once for all: 200 times the classes of letters would take 80 ms to read. */
function anyOf(words: readonly string[]): RegExp {
  return new RegExp(String.raw`(?<![\p{L}\d])(?:${words.map(pattern).join('|')})(?![\p{L}\d])`, 'giu')
}

function pattern(word: string): string {
  const open = word.endsWith('*')
  const literal = (open ? word.slice(0, -1) : word)
    .replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)
    .replaceAll("'", "['’]")
    .replaceAll(/\s+/g, String.raw`\s+`)
  return open ? String.raw`${literal}\p{L}*` : literal
}
