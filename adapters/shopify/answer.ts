import type { ClientResponse } from '@shopify/admin-api-client'
import { retryAfterMs } from '#adapters/web/retry-after.ts'
import type { JsonObject } from '#domain/json/json.ts'
import type { ThrottleStatus } from './cost-bucket.ts'
import { ShopifyError, type ShopifyErrorCode } from './errors.ts'

/** What an answer means for its request. */
export type Reading =
  | { readonly data: JsonObject }
  /** Shopify did not begin with it. `afterMs` is what Shopify asked for, if it did. */
  | { readonly notTaken: ShopifyError; readonly afterMs: number }
  /** It may have been carried out. */
  | { readonly unknown: ShopifyError }
  | { readonly failed: ShopifyError; readonly isTokenRefused?: boolean }

type Errors = NonNullable<ClientResponse['errors']>

const LONGEST_RETRY_AFTER_MS = 60_000

const MEANING_OF_STATUS: Readonly<Record<number, readonly [ShopifyErrorCode, string]>> = {
  401: ['unauthorized', 'Shopify does not accept the access token.'],
  402: ['refused', 'This shop is frozen: its plan is not paid.'],
  403: ['unauthorized', 'Shopify does not allow this to the app. Check its scopes, and that it is installed.'],
  404: ['refused', 'Shopify knows no such shop, or no such version of its API.'],
  423: ['refused', 'This shop is locked.'],
}

export function readAnswer({ data, errors }: ClientResponse<JsonObject>, now: number): Reading {
  if (!errors) return { data: data ?? {} }
  if (!Array.isArray(errors.graphQLErrors)) return readStatus(errors, now)
  const hasBegun = Object.values(data ?? {}).some((part) => part !== null)
  return readGraphQlErrors(errors.graphQLErrors, hasBegun)
}

/** What the answer says about the points of this app; `null` when it says nothing. */
export function throttleStatus({ extensions }: ClientResponse): ThrottleStatus | null {
  const { maximumAvailable, currentlyAvailable, restoreRate } = extensions?.cost?.throttleStatus ?? {}
  return maximumAvailable === undefined || currentlyAvailable === undefined || restoreRate === undefined
    ? null
    : { maximumAvailable, currentlyAvailable, restoreRate }
}

/** @param hasBegun the answer holds a part of what was asked for: a mutation may have been made. */
function readGraphQlErrors(errors: NonNullable<Errors['graphQLErrors']>, hasBegun: boolean): Reading {
  const codes = errors.map(({ extensions }) => extensions?.code)
  if (codes.includes('THROTTLED') && !hasBegun) return notTaken(0)
  const said = errors.map(({ message }) => message).join('; ')
  if (codes.includes('INTERNAL_SERVER_ERROR') || codes.includes('THROTTLED'))
    return { unknown: new ShopifyError('unavailable', `Shopify: ${said}`) }
  return { failed: new ShopifyError(codes.includes('ACCESS_DENIED') ? 'unauthorized' : 'invalid_request', said) }
}

function readStatus(errors: Errors, now: number): Reading {
  const { networkStatusCode: status } = errors
  if (status === undefined) return { unknown: new ShopifyError('unavailable', 'Shopify could not be reached.') }
  if (status === 429 || status === 430) return notTaken(retryAfter(errors, now))
  const known = MEANING_OF_STATUS[status]
  if (known) return { failed: new ShopifyError(...known), isTokenRefused: status === 401 }
  if (status >= 300 && status < 400) return { failed: redirected() }
  return {
    unknown: new ShopifyError('unavailable', `Shopify gave no usable answer. Its status was ${String(status)}.`),
  }
}

function notTaken(afterMs: number): Reading {
  const error = new ShopifyError(
    'throttled',
    'Shopify takes no more requests of this app for a while. Try again later.',
  )
  return { notTaken: error, afterMs }
}

function retryAfter({ response }: Errors, now: number): number {
  const header = response?.headers.get('retry-after') ?? ''
  return Math.min(LONGEST_RETRY_AFTER_MS, Math.max(0, retryAfterMs(header, now) ?? 0))
}

function redirected(): ShopifyError {
  return new ShopifyError(
    'refused',
    'Shopify answered with another address. Give the address of the shop that ends in .myshopify.com.',
  )
}
