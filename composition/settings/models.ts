import * as z from 'zod'

/** What stands at the end of an address that was copied with its endpoint. */
const ENDPOINT = /\/(?:chat\/completions|completions|responses|messages)\/*$/i

/** Where an API begins, without the endpoints under it. */
export const baseUrl = z
  .string()
  .trim()
  .superRefine((text, context) => {
    const problem = problemWithBaseUrl(text)
    if (problem !== null) context.addIssue(problem)
  })
  .optional()

function problemWithBaseUrl(text: string): string | null {
  if (!URL.canParse(text)) return 'must be an http or https URL'
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'must be an http or https URL'
  if (url.username !== '' || url.password !== '') return 'must not hold a password'
  const bare = `${url.origin}${url.pathname.replace(ENDPOINT, '')}`.replace(/\/+$/, '')
  // The query itself is not repeated, for it may hold a key.
  if (text.includes('?') || text.includes('#')) return `must not hold a query or a fragment: write "${bare}"`
  return ENDPOINT.test(url.pathname) ? `must end before the endpoint: write "${bare}"` : null
}

/** A key that goes into a header. What it holds is never repeated. */
export const apiKey = z
  .string()
  // One that was pasted with its line end would be sent, and looked for in log lines, with it.
  .trim()
  .superRefine((key, context) => {
    const problem = problemWithKey(key)
    if (problem !== null) context.addIssue(problem)
  })
  .optional()

function problemWithKey(key: string): string | null {
  if (/^["'“”‘’«»`].*["'“”‘’«»`]$/.test(key)) return 'must be written without quotation marks around it'
  const odd = /[^\x21-\x7e]/u.exec(key)?.[0]
  if (odd === undefined) return null
  const code = `U+${(odd.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
  return `holds a character that no key has (${code}), as text does that was copied from a document`
}
