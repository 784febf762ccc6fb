export interface PostedJson {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly signal: AbortSignal
}

export interface JsonAnswer {
  readonly status: number
  /** By name, in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/**
 * One request, and its answer as a whole, whatever its status. Rejects when the server cannot be reached or the connection breaks,
 * and when `signal` aborts. Redirects are followed.
 */
export type PostJson = (url: string, posted: PostedJson) => Promise<JsonAnswer>

/** Over the platform's own `fetch`. */
export const postJson: PostJson = async (url, { headers, body, signal }) => {
  const answer = await fetch(url, { method: 'POST', headers, body, signal })
  return { status: answer.status, headers: Object.fromEntries(answer.headers), text: await answer.text() }
}
