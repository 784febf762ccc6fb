export interface PostedJson {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly signal: AbortSignal
}

export interface AnswerHead {
  readonly status: number
  /** By name, in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** The origin that answered, where a redirect led to another one; it was not sent the credentials. */
  readonly redirectedTo?: string
}

/** Receives an answer as it comes. An error that it throws ends the request, and `PostJson` rejects with it. */
export interface AnswerSink {
  /** Once, before the first piece. */
  begin(head: AnswerHead): void
  /** @returns false when nothing more is needed: the connection is closed. */
  take(piece: Uint8Array): boolean
}

/**
 * One POST request, whose answer goes to `sink` decompressed, with any status. Resolves at the end of the answer.
 * Redirects are followed. Has no time limit of its own: that is the caller's `signal`, after whose abort no request is
 * sent. Rejects when the server cannot be reached, when the connection breaks, and with the signal's reason when it
 * aborts.
 */
export type PostJson = (url: string, posted: PostedJson, sink: AnswerSink) => Promise<void>
