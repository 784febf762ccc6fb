import { HtmlTooDeepError, readHtml } from '#adapters/web/html.ts'

/**
 * Whether two HTML texts say the same. Shopify may write one anew with other entities, quotes, order of attributes, or
 * space between words and tags. What is nested too deeply to be read says the same only if it is the same text.
 */
export function isSameHtml(one: string, other: string): boolean {
  if (one === other) return true
  try {
    return canonical(one) === canonical(other)
  } catch (error) {
    if (error instanceof HtmlTooDeepError) return false
    throw error
  }
}

function canonical(html: string): string {
  const parts: string[] = []
  let text = ''
  const flush = (): void => {
    const said = text.replaceAll(/[ \t\r\n]+/g, ' ').trim()
    if (said !== '') parts.push(said)
    text = ''
  }
  readHtml(html, {
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
  flush()
  return parts.join('\n')
}
