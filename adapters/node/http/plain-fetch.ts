import { Readable } from 'node:stream'
// By its path: Bun has something of its own by the name of `undici`, which knows no dispatchers and leaves them out without a word.
import { type Dispatcher, request } from 'undici/index.js'

/** What is sent, whole. */
interface Sent {
  readonly method: Dispatcher.HttpMethod
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
  readonly signal: AbortSignal
}

/** Statuses whose answers have no body. */
const EMPTY = new Set([204, 205, 304])

/** `fetch` that follows no redirect. It sends the body as it is, of which `fetch` makes two copies. */
export async function plainFetch(url: string, { method, headers, body, signal }: Sent): Promise<Response> {
  const { statusCode: status, body: answer } = await request(url, { method, headers, body, signal })
  if (!EMPTY.has(status)) return new Response(Readable.toWeb(answer) as ReadableStream, { status })
  await answer.dump()
  return new Response(null, { status })
}
