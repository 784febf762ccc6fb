import type { Context } from 'hono'
import { ErrandClient } from '#adapters/client/errand-client.ts'
import { errorIn } from '#adapters/client/errand-error.ts'
import type { CallerView } from '#adapters/http/wire/caller.ts'
import type { Scope } from '#domain/tenant/principal.ts'

/** The API of this server, in process. */
export type Api = (request: Request, connection: object) => Response | Promise<Response>

/** The API as the visitor may use it: with the visitor's key, so with its scopes, its tenant and its rate. */
export class OwnApi {
  readonly client: ErrandClient
  readonly #c: Context
  readonly #api: Api
  readonly #key: string | null

  constructor(c: Context, api: Api, key: string | null) {
    this.#c = c
    this.#api = api
    this.#key = key
    this.client = new ErrandClient({
      baseUrl: new URL(c.req.url).origin,
      fetch: async (url, init) => this.#fetch(url, init),
      mostTries: 1,
    })
  }

  /** What the client has no method for. @param path with its query. @throws {ErrandError} */
  async get<T>(path: string): Promise<T> {
    return (await (await this.pass(path)).json()) as T
  }

  /** @throws {ErrandError} */
  async send<T>(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T | null> {
    const json =
      body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
    const text = await (await this.pass(path, { method, ...json })).text()
    return text === '' ? null : (JSON.parse(text) as T)
  }

  /** The answer as it is, for streams and downloads. @throws {ErrandError} */
  async pass(path: string, init: RequestInit = {}): Promise<Response> {
    const response = await this.#fetch(new URL(path, this.#c.req.url).href, init)
    if (!response.ok) throw await errorIn(response)
    return response
  }

  async #fetch(url: string, init: RequestInit): Promise<Response> {
    const headers = ofTheVisitor(this.#c.req.raw)
    if (this.#key !== null) headers.set('authorization', `Bearer ${this.#key}`)
    for (const [name, value] of new Headers(init.headers)) headers.set(name, value)
    const request = new Request(url, { ...init, headers, signal: init.signal ?? this.#c.req.raw.signal })
    return this.#api(request, (this.#c.env as object | undefined) ?? {})
  }
}

/** They belong to the page that is asked for, and not to what the console asks the API for it. */
const OF_THE_PAGE = [
  ...['accept', 'accept-encoding', 'authorization', 'cookie', 'content-encoding', 'content-length', 'content-type'],
  ...['idempotency-key', 'if-match', 'if-modified-since', 'if-none-match', 'last-event-id', 'prefer', 'range'],
  ...['transfer-encoding', 'connection', 'upgrade'],
]

/**
 * Headers of the browser's request. They say whether it came through a proxy and from a page of which site, which the
 * API checks where it has no keys.
 */
function ofTheVisitor({ headers: sent, method }: Request): Headers {
  const headers = new Headers(sent)
  for (const name of OF_THE_PAGE) headers.delete(name)
  // A link on another site leads to a page, which that site cannot read or frame. It changes nothing.
  if (method === 'GET' && headers.get('sec-fetch-mode') === 'navigate') headers.set('sec-fetch-site', 'none')
  return headers
}

/** One request of a person to the console. */
export interface Visit {
  /** Typed access to this server's API. */
  readonly api: ErrandClient
  /** The API beside the client: raw answers, and routes that the client does not know. */
  readonly raw: OwnApi
  readonly caller: CallerView
  /** Whether the key may do it. What it may not do is not shown; the API refuses it anyway. */
  readonly may: (scope: Scope) => boolean
  /** Epoch milliseconds. */
  readonly now: number
  /** As the browser sent it; a form in it is read by `form`. */
  readonly request: Request
  /** A part of the path. */
  readonly param: (name: string) => string
  readonly query: URLSearchParams
  /** The fields of a form. */
  readonly form: () => Promise<FormData>
  /** The address of a page of the console: `visit.href('/jobs')`. */
  readonly href: (path: string) => string
  /** The address of something else on this server: `visit.outside('/errors/not_found')`. */
  readonly outside: (path: string) => string
}
