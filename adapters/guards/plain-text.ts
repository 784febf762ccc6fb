import { Parser } from 'htmlparser2'

/** What a reader sees as one word goes on across these; any other tag starts a new one. */
const INLINE = new Set(
  'a abbr b bdi bdo cite code data dfn em font i ins kbd mark q s samp small span strong sub sup time u var wbr'.split(
    ' ',
  ),
)

/** Their content is not text that a reader sees. */
const UNSEEN = new Set(['script', 'style', 'template'])

/** The text of HTML as a reader sees it: no tags, attributes or comments, entities decoded, blanks as they stand. */
export function plainText(html: string): string {
  const parts: string[] = []
  let unseen = 0
  const parser = new Parser({
    onopentagname: (name) => {
      if (UNSEEN.has(name)) unseen += 1
      if (!INLINE.has(name)) parts.push('\n')
    },
    ontext: (text) => {
      if (unseen === 0) parts.push(text)
    },
    onclosetag: (name) => {
      if (UNSEEN.has(name)) unseen -= 1
      if (!INLINE.has(name)) parts.push('\n')
    },
  })
  parser.end(html)
  return parts.join('')
}
