export interface CallOptions {
  /** Stops waiting for the answer; a job goes on. */
  readonly signal?: AbortSignal | undefined
}

export interface SubmitCallOptions extends CallOptions {
  /** Yours, if a later attempt of your own is to mean the same job; else one is made for this call. */
  readonly idempotencyKey?: string | undefined
  /** Seconds to wait for the job to be finished, 60 at most. */
  readonly waitSeconds?: number | undefined
}

export interface DecisionOptions extends CallOptions {
  /** Of the proposal that it is decided on, as it was seen: a newer one is refused with `proposal_changed`. */
  readonly version?: number | undefined
}
