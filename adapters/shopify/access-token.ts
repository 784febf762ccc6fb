import type { Clock } from '#ports/clock.ts'
import * as z from 'zod'
import { ShopifyError } from './errors.ts'

/** Client id and secret of an app of the Dev Dashboard, or a fixed token of an older custom app. */
export type ShopifyCredentials =
  { readonly clientId: string; readonly clientSecret: string } | { readonly accessToken: string }

export interface AccessTokenOptions {
  /** `https://my-shop.myshopify.com` */
  readonly origin: string
  readonly credentials: ShopifyCredentials
  readonly fetch: typeof fetch
  readonly clock: Clock
}

const ANSWER = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() })

/** A token is renewed this long before it ends, so that no request carries one that has just ended. */
const EARLY_MS = 5 * 60_000
const TIMEOUT_MS = 30_000

/**
 * The token that a request carries. An app of the Dev Dashboard asks for one, good for a day, with its client credentials
 * (https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/client-credentials-grant).
 */
export class AccessToken {
  readonly #options: AccessTokenOptions
  #current: { readonly token: Promise<string>; endsAt: number } | null = null

  constructor(options: AccessTokenOptions) {
    this.#options = options
  }

  /** @throws {ShopifyError} when Shopify gives none. */
  async get(): Promise<string> {
    const { credentials, clock } = this.#options
    if ('accessToken' in credentials) return credentials.accessToken
    if (this.#current && clock.monotonic() < this.#current.endsAt) return this.#current.token
    return this.#renew(credentials)
  }

  /** Shopify refused it: the next request asks for another. @returns whether there can be another. */
  refused(): boolean {
    this.#current = null
    return 'clientId' in this.#options.credentials
  }

  /** One request for all that wait. One that failed is asked again by the next. */
  #renew(credentials: { readonly clientId: string; readonly clientSecret: string }): Promise<string> {
    const asked = this.#ask(credentials)
    const renewed = { token: asked.then(({ access_token }) => access_token), endsAt: Infinity }
    this.#current = renewed
    asked.then(
      ({ expires_in }) => {
        renewed.endsAt = this.#options.clock.monotonic() + Math.max(0, expires_in * 1000 - EARLY_MS)
      },
      () => {
        if (this.#current === renewed) this.#current = null
      },
    )
    return renewed.token
  }

  async #ask({ clientId, clientSecret }: { readonly clientId: string; readonly clientSecret: string }) {
    const { origin, fetch } = this.#options
    const answer = await fetch(`${origin}/admin/oauth/access_token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
      }).toString(),
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((cause: unknown) => {
      throw new ShopifyError('unavailable', 'Shopify did not answer when asked for an access token.', { cause })
    })
    if (answer.status >= 500 || answer.status === 429)
      throw new ShopifyError('unavailable', `Shopify gave no access token: status ${String(answer.status)}.`)
    const given = ANSWER.safeParse(await answer.json().catch(() => null))
    if (!answer.ok || !given.success)
      throw new ShopifyError(
        'unauthorized',
        `Shopify gave no access token for these client credentials: status ${String(answer.status)}. ` +
          'Check the client id and the secret, and that the app is installed in this shop.',
      )
    return given.data
  }
}
