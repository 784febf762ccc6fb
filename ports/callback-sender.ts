import type { TraceHeaders } from '#domain/trace/trace-context.ts'

/** One message to a caller's own server, per https://www.standardwebhooks.com. */
export interface CallbackMessage {
  /** The tenant of its job. */
  readonly tenantId: string
  readonly url: string
  /** The same in every attempt, so that the receiver can recognise a repeat. */
  readonly id: string
  /** Epoch milliseconds of this attempt. */
  readonly at: number
  readonly body: string
  /** Each signs the message: several while one takes another's place. */
  readonly secrets: readonly string[]
  /** Headers that carry its trace. */
  readonly trace?: TraceHeaders | undefined
}

export type CallbackOutcome =
  /** The receiver answered. Only a status from 200 to 299 means that it has taken the message; redirects are not followed. */
  | {
      readonly kind: 'answered'
      readonly status: number
      /** How long the receiver asked to be left alone, where it did: any finite number. */
      readonly retryAfterMs?: number
    }
  /** No answer: the address is not allowed, cannot be reached, or did not answer in time. One sentence, safe for the caller. */
  | { readonly kind: 'unanswered'; readonly reason: string }
  /** Not tried: the receiver has as many messages under way as it may. */
  | Crowded

export interface Crowded {
  readonly kind: 'crowded'
  /** Gets in line: resolves when it is worth asking again, which comes in any case. */
  whenFree(): Promise<void>
}

/** Calls back. An implementation is correct when `test/contracts/callback-sender.contract.ts` passes. */
export interface CallbackSender {
  /**
   * Why `url` may not be called, in one sentence that is safe for the caller; `null` when it may, as far as its text
   * shows.
   */
  problemWith(url: string): string | null

  /** One attempt. Never rejects for what the receiver or the network does; rejects when `signal` aborts. */
  send(message: CallbackMessage, signal: AbortSignal): Promise<CallbackOutcome>
}
