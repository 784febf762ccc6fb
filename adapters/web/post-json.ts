export interface PostedJson {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly signal: AbortSignal
}

export interface JsonAnswer {
  readonly status: number
  /** By name, in lower case; of a refusal (400 and above), for of any other answer nobody reads them. */
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/**
 * One request, and its answer as a whole, whatever its status. Rejects when the server cannot be reached or the connection breaks,
 * and when `signal` aborts. Redirects are followed.
 */
export type PostJson = (url: string, posted: PostedJson) => Promise<JsonAnswer>

/** Over the platform's own `fetch`. */
export const postJson: PostJson = async (url, posted) => {
  const answer = await fetch(url, { method: 'POST', ...posted })
  const headers = answer.status < 400 ? {} : Object.fromEntries(answer.headers)
  return { status: answer.status, headers, text: await answer.text() }
}
