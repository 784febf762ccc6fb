import { readHtml } from '#adapters/web/html.ts'

/** What a reader sees as one word goes on across these; any other tag starts a new one. */
const INLINE = new Set(
  'a abbr acronym b bdi bdo big cite code data dfn em font i ins kbd mark nobr q s samp small span strike strong sub sup time tt u var wbr'.split(
    ' ',
  ),
)

/** Their content is not text that a reader sees. */
const UNSEEN = new Set(['script', 'style', 'template'])

/** Soft hyphens, and marks that have no width: they say where a word may break. */
const INVISIBLE = /[\u00AD\u200B\u2060\uFEFF]/gu

/** The text of HTML as a reader sees it: no tags, attributes or comments, entities decoded, blanks as they stand. */
export function plainText(html: string): string {
  const parts: string[] = []
  let unseen = 0
  readHtml(html, {
    onopentagname: (name) => {
      if (UNSEEN.has(name)) unseen += 1
      if (!isInline(name)) parts.push('\n')
    },
    ontext: (text) => {
      if (unseen === 0) parts.push(text)
    },
    onclosetag: (name) => {
      if (UNSEEN.has(name)) unseen -= 1
      if (!isInline(name)) parts.push('\n')
    },
  })
  return parts.join('').replaceAll(INVISIBLE, '')
}

/** Word's own tags (`o:p`) and custom ones start no line. */
function isInline(name: string): boolean {
  return INLINE.has(name) || name.includes(':') || name.includes('-')
}
