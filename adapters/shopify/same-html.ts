import { Parser } from 'htmlparser2'

/**
 * Whether two HTML texts say the same. Shopify may write one anew with other entities, quotes, order of attributes, or
 * space between words and tags.
 */
export function isSameHtml(one: string, other: string): boolean {
  return one === other || canonical(one) === canonical(other)
}

function canonical(html: string): string {
  const parts: string[] = []
  let text = ''
  const flush = (): void => {
    const said = text.replaceAll(/[ \t\r\n]+/g, ' ').trim()
    if (said !== '') parts.push(said)
    text = ''
  }
  const parser = new Parser({
    onopentag: (name, attributes) => {
      flush()
      const sorted = Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1))
      parts.push(JSON.stringify([name, sorted.map(([key, value]) => [key, value.trim()])]))
    },
    ontext: (piece) => {
      text += piece
    },
    onclosetag: (name) => {
      flush()
      parts.push(`</${name}>`)
    },
  })
  parser.end(html)
  flush()
  return parts.join('\n')
}
