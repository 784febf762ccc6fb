import type { PublicFetch, PublicRequest, PublicResponse } from '#ports/public-fetch.ts'
import { problemWithUrl } from './url-guard.ts'

export interface PublicFetchDeps {
  /** As for callbacks: on Node `guardedFetch`, which checks what a name leads to. */
  readonly fetch: (url: string, request: PublicRequest & { readonly redirect: 'manual' }) => Promise<PublicResponse>
  readonly allowedHosts: readonly string[]
}

/** `fetch` behind the guard that callbacks have. */
export function createPublicFetch({ fetch, allowedHosts }: PublicFetchDeps): PublicFetch {
  return async (url, request = {}) => {
    const problem = problemWithUrl(url, allowedHosts)
    if (problem !== null) throw new Error(problem)
    return fetch(url, { ...request, redirect: 'manual' })
  }
}
