import { FairCallbackSender } from '#adapters/callbacks/fair-callback-sender.ts'
import { HttpCallbackSender } from '#adapters/callbacks/http-callback-sender.ts'
import { createPublicFetch } from '#adapters/callbacks/public-fetch.ts'
import { isAllowedHost, problemWithAddress } from '#adapters/callbacks/url-guard.ts'
import { guardedFetch } from '#adapters/node/http/guarded-fetch.ts'
import type { CallbackSender } from '#ports/callback-sender.ts'
import type { Clock } from '#ports/clock.ts'
import type { PublicFetch } from '#ports/public-fetch.ts'
import { MOST_CALLBACKS } from './kinds.ts'
import type { NodeSettings } from '../settings/settings.ts'

// On Node the network has an inside: a name is looked up, and what it means is checked, before anything is connected to.

export function nodeCallbackSender(
  { callbackHosts: allowedHosts }: Pick<NodeSettings, 'callbackHosts'>,
  clock: Clock,
): CallbackSender {
  const sender = new HttpCallbackSender({ fetch: guarded(allowedHosts), allowedHosts, clock })
  return new FairCallbackSender(sender, { places: MOST_CALLBACKS, clock })
}

export function nodePublicFetch({ callbackHosts: allowedHosts }: NodeSettings): PublicFetch {
  return createPublicFetch({ fetch: guarded(allowedHosts), allowedHosts })
}

function guarded(allowedHosts: readonly string[]): ReturnType<typeof guardedFetch> {
  return guardedFetch({ problemWithAddress, isAllowedHost: (url) => isAllowedHost(url, allowedHosts) })
}
