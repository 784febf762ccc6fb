import * as z from 'zod'
import { checked } from './checked.ts'
import { codeOf, problemWithKey, problemWithPlaceholder, problemWithQuotes } from './checks.ts'

/** What stands at the end of an address that was copied with its endpoint. */
const ENDPOINT =
  /\/(?:chat\/completions|completions|responses|messages|embeddings)\/*$|(?<=\/v\d\w*)\/(?:chat|models(?:\/[^/]+)?)\/*$/i

/** Where providers speak the format of OpenAI, beside one of their own. */
const FORMATS_OF_OWN: readonly (readonly [host: RegExp, api: RegExp, path: string])[] = [
  [/^generativelanguage\.googleapis\.com$/, /^\/v1beta\/openai\/*$/, '/v1beta/openai'],
  [/\.openai\.azure\.com$/, /^\/openai\/v1\/*$/, '/openai/v1'],
]

/** Of Ollama's own API, beside which it has another one. */
const OLLAMA = /\/api\/(?:chat|generate)\/*$/i

/** Where an API begins, without the endpoints under it. */
export const baseUrl = z.string().trim().pipe(checked(problemWithBaseUrl)).optional()

function problemWithBaseUrl(text: string): string | null {
  const problem = problemWithQuotes(text) ?? problemWithPlaceholder(text)
  if (problem !== null) return problem
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) return 'must be an http or https URL'
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') return 'must not hold a password'
  const odd = /[\s\p{Cf}{}<>"“”‘’«»`]/u.exec(text)?.[0]
  if (odd !== undefined) return `holds a character that no address has (${codeOf(odd)})`
  if (text.lastIndexOf('://') > text.indexOf('://')) return 'must be one address'
  return problemWithPath(text, url)
}

function problemWithPath(text: string, { origin, hostname, pathname }: URL): string | null {
  const format = FORMATS_OF_OWN.find(([host]) => host.test(hostname))
  const path = format?.[2] ?? pathname.replace(OLLAMA, '/v1').replace(ENDPOINT, '').replace(/\/+$/, '')
  const write = `write "${origin}${path}"`
  // The query itself is not repeated, for it may hold a key.
  if (text.includes('?') || text.includes('#')) return `must not hold a query or a fragment: ${write}`
  if (ENDPOINT.test(pathname) || OLLAMA.test(pathname)) return `must end before the endpoint: ${write}`
  return format && !format[1].test(pathname) ? `must lead to the API that is like OpenAI's: ${write}` : null
}

/** One that was pasted with its line end would be sent, and looked for in log lines, with it. */
export const apiKey = z.string().trim().pipe(checked(problemWithKey)).optional()
