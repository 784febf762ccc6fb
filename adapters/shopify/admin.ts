import { type ClientResponse, createAdminApiClient } from '@shopify/admin-api-client'
import { SystemClock } from '#adapters/web/clock.ts'
import { DefinitionError } from '#domain/agent/errors.ts'
import type { JsonObject } from '#domain/json/json.ts'
import type { Clock } from '#ports/clock.ts'
import { LRUCache } from 'lru-cache'
import { AccessToken, type ShopifyCredentials } from './access-token.ts'
import { type Reading, readAnswer, throttleStatus } from './answer.ts'
import { CostBucket } from './cost-bucket.ts'
import { ShopifyError } from './errors.ts'
import { HeldPoints } from './held-points.ts'
import { pause } from './pause.ts'

export const SHOPIFY_API_VERSION = '2026-10'

export interface ShopifyAdminOptions {
  /** `my-shop.myshopify.com` */
  readonly shop: string
  readonly credentials: ShopifyCredentials
  /** Carries out the requests; the platform's own unless given. */
  readonly fetch?: typeof fetch
  readonly clock?: Clock
}

export interface ShopifyRequest {
  readonly signal?: AbortSignal
  /**
   * Whether the same mutation may be sent again when it is not known what became of it. A query always is. What Shopify
   * did not take, for want of points, is sent again in either case.
   */
  readonly repeatable?: boolean
  /** Never sent again: for one that must follow a look at what is there. */
  readonly once?: boolean
}

/** What is our own of a request. */
export interface HeldRequest extends ShopifyRequest {
  /** Sent with these points, and so at once. */
  readonly held?: HeldPoints
}

/** Shopify takes a simple mutation for 10 points. What a request really costs is known after the first of its kind. */
const FIRST_COST = 10
const MOST_KINDS = 200
const MOST_ATTEMPTS = 8
const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 30_000
/** Shopify gives up on a query after 30 s or so. */
const REQUEST_TIMEOUT_MS = 45_000

/**
 * Shopify's Admin API for one shop, through Shopify's own client. It waits until the app has the points for a request, and
 * sends again what failed on the way. One instance for one app and shop: its points are counted here.
 */
export class ShopifyAdmin {
  /** `https://my-shop.myshopify.com` */
  readonly origin: string
  readonly fetch: typeof fetch
  readonly clock: Clock
  readonly #token: AccessToken
  readonly #bucket = new CostBucket()
  readonly #costs = new LRUCache<string, number>({ max: MOST_KINDS })

  /** @throws {DefinitionError} when `shop` is no address of a shop. */
  constructor({ shop, credentials, fetch: given, clock = new SystemClock() }: ShopifyAdminOptions) {
    this.origin = originOf(shop)
    this.fetch = given ?? ((input, init) => fetch(input, init))
    this.clock = clock
    this.#token = new AccessToken({ origin: this.origin, credentials, fetch: this.fetch, clock })
  }

  /**
   * @returns the `data` of the answer.
   * @throws {ShopifyError} when Shopify does not answer it, or does not understand it; the signal's reason when it aborts.
   */
  async request(document: string, variables: JsonObject, options: HeldRequest = {}): Promise<JsonObject> {
    const sending = { document, options }
    for (let attempt = 1; ; attempt++) {
      const reading = await this.#send(document, variables, options)
      if ('data' in reading) return reading.data
      if (attempt === 1 && this.#hasNewToken(reading)) continue
      if (attempt === MOST_ATTEMPTS || !mayRepeat(sending, reading)) throw errorOf(reading)
      await pause(this.clock, pauseMs(reading, attempt), options.signal)
    }
  }

  #hasNewToken(reading: Reading): boolean {
    return 'failed' in reading && reading.isTokenRefused === true && this.#token.refused()
  }

  async #send(document: string, variables: JsonObject, { signal, held }: HeldRequest): Promise<Reading> {
    const token = await this.#token.get().catch(unavailable)
    if (token instanceof ShopifyError) return { notTaken: token, afterMs: 0 }
    const client = createAdminApiClient({
      storeDomain: this.origin,
      apiVersion: SHOPIFY_API_VERSION,
      accessToken: token,
      // It asks for https, also of a stand-in on loopback. A redirect would take the token along.
      customFetchApi: (url, init) => this.fetch(this.origin + new URL(url).pathname, { ...init, redirect: 'manual' }),
      // It would write to the console, in the years to come, that the version is old.
      logger: () => undefined,
    })
    const cost = held ? this.#beginHeld(document, held) : (await this.#begin([document], signal)).cost
    let answer: ClientResponse<JsonObject> | null = null
    try {
      const timeUp = AbortSignal.timeout(REQUEST_TIMEOUT_MS)
      answer = await client.request<JsonObject>(document, {
        variables,
        signal: signal ? AbortSignal.any([signal, timeUp]) : timeUp,
      })
    } finally {
      this.#bucket.end(cost, answer && throttleStatus(answer), this.clock.monotonic())
    }
    signal?.throwIfAborted()
    const requested = answer.extensions?.cost?.requestedQueryCost
    if (requested !== undefined) this.#costs.set(document, requested)
    return readAnswer(answer, this.clock.now())
  }

  /** Waits until there are points for all of these requests together, and sets them aside until they are released. */
  async hold(documents: readonly string[], signal: AbortSignal | undefined): Promise<HeldPoints> {
    const { cost, hasWaited } = await this.#begin(documents, signal)
    return new HeldPoints(this.#bucket, cost, hasWaited)
  }

  #beginHeld(document: string, held: HeldPoints): number {
    const cost = this.#costOf(document)
    held.take(cost)
    this.#bucket.begin(cost)
    return cost
  }

  /** Waits until there are points for them, and takes them. Others may take them meanwhile, so it looks again. */
  async #begin(
    documents: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<{ readonly cost: number; readonly hasWaited: boolean }> {
    for (let waits = 0; ; waits++) {
      signal?.throwIfAborted()
      const cost = documents.reduce((sum, document) => sum + this.#costOf(document), 0)
      const waitMs = this.#bucket.waitMs(cost, this.clock.monotonic())
      if (waitMs === 0) {
        this.#bucket.begin(cost)
        return { cost, hasWaited: waits > 0 }
      }
      await pause(this.clock, waitMs, signal)
    }
  }

  #costOf(document: string): number {
    return this.#costs.get(document) ?? FIRST_COST
  }
}

interface Sending {
  readonly document: string
  readonly options: HeldRequest
}

function mayRepeat({ document, options: { once = false, repeatable } }: Sending, reading: Reading): boolean {
  if (once || 'failed' in reading) return false
  return 'notTaken' in reading || (repeatable ?? !document.trimStart().startsWith('mutation'))
}

function errorOf(reading: Exclude<Reading, { readonly data: JsonObject }>): ShopifyError {
  if ('failed' in reading) return reading.failed
  return 'unknown' in reading ? reading.unknown : reading.notTaken
}

/** The error, where Shopify may give a token later. @throws any other */
function unavailable(error: unknown): ShopifyError {
  if (error instanceof ShopifyError && error.code === 'unavailable') return error
  throw error
}

function pauseMs(reading: Reading, attempt: number): number {
  const asked = 'notTaken' in reading ? reading.afterMs : 0
  return asked > 0 ? asked : Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1))
}

/** Only loopback may be without encryption: that is a stand-in for Shopify. */
function originOf(shop: string): string {
  const text = /^https?:\/\//.test(shop) ? shop : `https://${shop}`
  const url = URL.canParse(text) ? new URL(text) : null
  const isSafe = url !== null && (url.protocol === 'https:' || ['localhost', '127.0.0.1'].includes(url.hostname))
  if (!isSafe || url.username !== '' || url.pathname !== '/' || url.search !== '')
    throw new DefinitionError('The shop must be its address at Shopify, such as "my-shop.myshopify.com".')
  return url.origin
}
