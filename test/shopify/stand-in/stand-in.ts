import type { Clock } from '#ports/clock.ts'
import { type GraphQLSchema, buildSchema, graphql } from 'graphql'
import { BulkRuns } from './bulk-runs.ts'
import { Points } from './points.ts'
import { resolversOf } from './resolvers.ts'
import { ShopState } from './shop.ts'

export const ORIGIN = 'https://lin.myshopify.com'
const PATH = '/admin/api/2026-10/graphql.json'

interface Asked {
  readonly query: string
  readonly variables?: Record<string, unknown>
}

/**
 * Shopify as far as we meet it, made of the schema that it publishes: a query that is not valid there is refused, and what is
 * written is kept. `fetch` is its network.
 */
export class ShopifyStandIn {
  readonly state = new ShopState()
  readonly points: Points
  readonly bulk: BulkRuns = new BulkRuns(ORIGIN, (document, variables) => this.#execute(document, variables))
  /** Names of the operations that were asked for, in order. */
  readonly asked: string[] = []
  /** How many requests were refused for want of points. */
  throttled = 0
  /** Tokens that are good. */
  readonly tokens = new Set(['shpat_good'])
  /** Taken one by one before anything else: an answer in place of the right one, or what happens instead. */
  readonly faults: ((answer: () => Promise<Response>) => Response | Promise<Response>)[] = []
  readonly #schema: GraphQLSchema

  /** `schema` is the text of `admin-schema.graphql`. */
  constructor(schema: string, clock: Clock) {
    this.#schema = buildSchema(schema)
    this.points = new Points(clock)
  }

  readonly fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init)
    const fault = this.faults.shift()
    return fault ? fault(() => this.#answer(request)) : this.#answer(request)
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    if (pathname === '/admin/oauth/access_token') return this.#giveToken(request)
    if (pathname === '/upload') return this.#takeUpload(request)
    if (pathname.startsWith('/files/')) return this.#giveFile(request, pathname.slice('/files/'.length))
    if (pathname !== PATH) return new Response('Not Found', { status: 404 })
    if (!this.tokens.has(request.headers.get('x-shopify-access-token') ?? ''))
      return Response.json({ errors: '[API] Invalid API key or access token' }, { status: 401 })
    return this.#answerQuery((await request.json()) as Asked)
  }

  async #answerQuery({ query, variables }: Asked): Promise<Response> {
    const cost = query.trimStart().startsWith('mutation') ? 10 : 7
    if (!this.points.take(cost)) {
      this.throttled++
      const errors = [{ message: 'Throttled', extensions: { code: 'THROTTLED' } }]
      return Response.json({ errors, extensions: { cost: { ...this.points.cost(cost), actualQueryCost: null } } })
    }
    this.asked.push(/^\s*(?:query|mutation)\s+(\w+)/.exec(query)?.[1] ?? query)
    const result = await this.#execute(query, variables)
    return Response.json({ ...result, extensions: { cost: this.points.cost(cost) } })
  }

  #execute(source: string, variables: unknown) {
    return graphql({
      schema: this.#schema,
      source,
      rootValue: resolversOf(this.state, this.bulk),
      variableValues: variables as Record<string, unknown>,
    })
  }

  async #giveToken(request: Request): Promise<Response> {
    const given = new URLSearchParams(await request.text())
    this.asked.push('access_token')
    if (given.get('client_secret') !== 'shpss_good') return Response.json({ error: 'invalid_client' }, { status: 401 })
    const token = `token-${String(this.tokens.size)}`
    this.tokens.add(token)
    return Response.json({ access_token: token, scope: 'write_products', expires_in: 86_399 })
  }

  async #takeUpload(request: Request): Promise<Response> {
    const form = await request.formData()
    const [key, file] = [form.get('key'), form.get('file')]
    if (typeof key !== 'string' || !(file instanceof Blob)) return new Response('missing field', { status: 400 })
    this.bulk.upload(key, await file.text())
    return new Response(null, { status: 201 })
  }

  /** It is another host's, which must not see the token. */
  #giveFile(request: Request, name: string): Response {
    const file = this.bulk.file(name)
    const isTokenSent = request.headers.has('x-shopify-access-token')
    return file === undefined || isTokenSent ? new Response('denied', { status: 403 }) : new Response(file)
  }
}
