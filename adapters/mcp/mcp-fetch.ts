import type { PublicFetch, PublicRequest, PublicResponse } from '#ports/public-fetch.ts'
import { AnswerRefusedError } from './errors.ts'

/** Of one answer, after decompression. Text for a model is far smaller; images are what needs room. */
export const MOST_BYTES = 4 * 1024 * 1024

export interface McpFetchOptions {
  readonly publicFetch: PublicFetch
  /** Of requests, not of notifications. */
  readonly onRequest: () => void
  /** The last body has ended, with or without an answer. */
  readonly onEnd: () => void
  readonly onRefused: (error: AnswerRefusedError) => void
}

const KEPT_HEADERS = ['content-type', 'mcp-session-id']

/** `fetch` for the official client: behind the URL guard, without redirects, and with a limit for each answer. */
export function mcpFetch(options: McpFetchOptions): (url: string | URL, init?: RequestInit) => Promise<Response> {
  return async (url, init = {}) => {
    // The server's own stream: a call needs none, and a Worker cannot keep one.
    if (init.method === 'GET') return new Response(null, { status: 405 })
    if (isRequest(init.body)) options.onRequest()
    const response = await options.publicFetch(String(url), requestOf(init))
    const { status } = response
    if (status >= 300 && status < 400) throw refuse(options, 'it redirects, and redirects are not followed')
    const headers = KEPT_HEADERS.flatMap((name): [string, string][] => {
      const value = response.headers.get(name)
      return value === null ? [] : [[name, value]]
    })
    const isEmpty = status === 202 || status === 204
    return new Response(isEmpty ? null : bounded(piecesOf(response), options), { status, headers })
  }
}

function refuse({ onRefused }: McpFetchOptions, why: string): AnswerRefusedError {
  const error = new AnswerRefusedError(why)
  onRefused(error)
  return error
}

function requestOf({ method, headers, body, signal }: RequestInit): PublicRequest {
  return {
    method: method === 'DELETE' ? 'DELETE' : 'POST',
    headers: Object.fromEntries(new Headers(headers)),
    ...(typeof body === 'string' && { body }),
    ...(signal && { signal }),
  }
}

function isRequest(body: RequestInit['body']): boolean {
  if (typeof body !== 'string') return false
  const message = JSON.parse(body) as { readonly id?: unknown; readonly method?: unknown }
  return message.id !== undefined && message.method !== undefined
}

async function* piecesOf(response: PublicResponse): AsyncGenerator<Uint8Array> {
  if (response.body) yield* response.body
  else yield new TextEncoder().encode(await response.text())
}

function bounded(pieces: AsyncGenerator<Uint8Array>, options: McpFetchOptions): ReadableStream<Uint8Array> {
  let bytes = 0
  return new ReadableStream({
    async pull(controller) {
      const next = await pieces.next()
      if (next.done === true) {
        controller.close()
        options.onEnd()
        return
      }
      bytes += next.value.byteLength
      if (bytes <= MOST_BYTES) controller.enqueue(next.value)
      else {
        controller.error(refuse(options, `its answer is larger than ${String(MOST_BYTES / 1024 / 1024)} MiB`))
        await pieces.return(undefined)
      }
    },
    async cancel() {
      await pieces.return(undefined)
    },
  })
}
