import { Readable } from 'node:stream'
import { Agent, type Dispatcher, interceptors, request } from 'undici'

/** A status that a `Response` must have no body with (https://fetch.spec.whatwg.org/#null-body-status). */
const BODILESS = new Set([204, 205, 304])

/**
 * `fetch` for calls of models, over undici's `request`: a call costs a third of the CPU time of the built-in `fetch`, and calls are most of what
 * a job does (`npm run bench`). Deadlines are the caller's, so there are none in here.
 */
export function createModelFetch(): typeof fetch {
  const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0 })
  const dispatcher = agent.compose(interceptors.redirect({ maxRedirections: 3 }))
  return async (url, init = {}) => {
    const { method = 'GET', headers, body, signal } = init
    if (typeof url !== 'string' || typeof body !== 'string') return fetch(url, init)
    const options = {
      dispatcher,
      body,
      method: method as Dispatcher.HttpMethod,
      headers: new Headers(headers),
      signal: signal ?? null,
    }
    try {
      return await responseOf(await request(url, options))
    } catch (error) {
      signal?.throwIfAborted()
      // As the built-in one says it, which is what the SDK takes for a failure of the network.
      throw new TypeError('fetch failed', { cause: error })
    }
  }
}

async function responseOf({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<Response> {
  const init = { status: statusCode, headers: entriesOf(headers) }
  const isStream = String(headers['content-type']).startsWith('text/event-stream')
  if (isStream) return new Response(Readable.toWeb(body) as unknown as ReadableStream<Uint8Array>, init)
  const text = await body.text()
  return new Response(BODILESS.has(statusCode) ? null : text, init)
}

function entriesOf(headers: Dispatcher.ResponseData['headers']): [string, string][] {
  return Object.entries(headers).flatMap(([name, value = []]) =>
    [value].flat().map((one): [string, string] => [name, one]),
  )
}
