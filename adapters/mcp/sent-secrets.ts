import { redactor } from '../web/redact.ts'

/** What each request to a server has sent. */
export interface Sent {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

/** What proves who calls. Other headers, such as the name of a shop, are words that a result may have, too. */
const SECRET = /auth|cookie|token|secret|key|sign|pass|credential/i

/**
 * Redacts values of headers and of the URL's query: all of them, for an error, or those with the name of a secret. Then
 * no result loses a word of its own.
 */
export function redactorOf({ url, headers }: Sent, which: 'all' | 'secrets'): (text: string) => string {
  const named = [...Object.entries(headers), ...new URL(url).searchParams]
  const chosen = which === 'all' ? named : named.filter(([name]) => SECRET.test(name))
  return redactor(chosen.flatMap(([, value]) => [value, ...withoutScheme(value)]))
}

/** Of `Bearer abc` the second word. */
function withoutScheme(value: string): readonly string[] {
  return value.split(' ').slice(1)
}
