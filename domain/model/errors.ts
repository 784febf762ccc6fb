import type { Usage } from '../agent/usage.ts'
import { AppError } from '../app-error.ts'
import { HOUR_MS, boundedMs } from '../time/duration.ts'

/** The agent names a model whose provider has no key or address here. */
export class ModelNotConfiguredError extends AppError {
  readonly code = 'model_not_configured'
}

/** No setting could make this model work: its name is wrong. */
export class UnknownModelError extends ModelNotConfiguredError {}

export interface ModelErrorOptions {
  /** True for rate limits, provider faults, dropped connections and unreadable answers. */
  readonly retryable: boolean
  /** How long the provider asked us to wait, from its `Retry-After`; any number; kept as a duration of at most a day. */
  readonly retryAfterMs?: number | undefined
  /** The provider takes no more calls for now (429). */
  readonly isCrowded?: boolean
  /** What went wrong underneath, for the log. */
  readonly hint?: string
  /** Tokens that the failed call has cost, where the provider says so. */
  readonly usage?: Usage | undefined
}

/** A model call that brought no usable answer. `message` carries the provider's own words, without secrets. */
export class ModelError extends AppError {
  readonly code = 'model_failed'
  override readonly retryable: boolean
  readonly retryAfterMs: number | undefined
  readonly isCrowded: boolean
  readonly usage: Usage | undefined

  constructor(message: string, options: ModelErrorOptions) {
    super(message, options.hint === undefined ? {} : { hint: options.hint })
    this.retryable = options.retryable
    this.retryAfterMs = options.retryAfterMs === undefined ? undefined : boundedMs(options.retryAfterMs, 24 * HOUR_MS)
    this.isCrowded = options.isCrowded ?? false
    this.usage = options.usage
  }
}

export class ModelTimeoutError extends AppError {
  readonly code = 'model_timeout'
  override readonly retryable = true

  constructor(model: string, timeoutMs: number) {
    super(`The model ${model} did not answer within ${String(timeoutMs / 1000)} s.`)
  }
}
