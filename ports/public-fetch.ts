/** The part of `fetch` that tools need for addresses from a caller or a model. */
export interface PublicRequest {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly headers?: Record<string, string>
  readonly body?: string
  readonly signal?: AbortSignal
}

export interface PublicResponse {
  readonly ok: boolean
  readonly status: number
  readonly headers: { get(name: string): string | null }
  /** Absent where a substitute in a test has none: then `text` has all of it. */
  readonly body?: AsyncIterable<Uint8Array> | null
  text(): Promise<string>
  json(): Promise<unknown>
}

/**
 * Fetches what the public can reach, and nothing inside of the own network. Redirects are not followed: their answer is returned.
 * Rejects, with a sentence that the model may see, for an address that is not allowed.
 */
export type PublicFetch = (url: string, request?: PublicRequest) => Promise<PublicResponse>
