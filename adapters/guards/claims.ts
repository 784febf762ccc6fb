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
 * @throws {DefinitionError} when a further word is blank.
 */
export function makesNoClaims({ kinds, allow = [], more = [] }: ClaimOptions = {}): Guard {
  if (more.some((word) => word.replaceAll('*', '').trim() === ''))
    throw new DefinitionError('makesNoClaims: a word in "more" is blank, and would forbid every text')
  const words = (kinds ?? (Object.keys(CLAIMS) as ClaimKind[])).flatMap((kind) => CLAIMS[kind])
  const claims = new RegExp([...words, ...more].map(pattern).join('|'), 'giu')
  const allowed = new Set(allow.map((word) => word.toLowerCase()))
  return (_before, after) => {
    const found = [...plainText(after).matchAll(claims)].map(([word]) => word)
    const claimed = [...new Set(found)].filter((word) => !allowed.has(word.toLowerCase()))
    return claimed.length === 0 ? null : `Leave out what the shop would have to prove: ${claimed.join(', ')}.`
  }
}

const WORD_START = String.raw`(?<![\p{L}\d])`
const WORD_END = String.raw`(?![\p{L}\d])`

function pattern(word: string): string {
  const open = word.endsWith('*')
  const literal = (open ? word.slice(0, -1) : word)
    .replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)
    .replaceAll("'", "['’]")
    .replaceAll(/\s+/g, String.raw`\s+`)
  return WORD_START + literal + (open ? String.raw`\p{L}*` : '') + WORD_END
}
