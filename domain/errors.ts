import type { Usage } from './agent/usage.ts'
import { HOUR_MS, boundedMs } from './duration.ts'

/** Every code a caller can see. Closed: `adapters/http/problem.ts` must give each one an HTTP status. */
export const ERROR_CODES = [
  'invalid_request',
  'malformed_json',
  'payload_too_large',
  'unsupported_media_type',
  'not_found',
  'method_not_allowed',
  'unknown_agent',
  'invalid_input',
  'job_not_found',
  'product_not_found',
  'delivery_not_found',
  'operation_not_found',
  'unauthorized',
  'forbidden',
  'misdirected_request',
  'rate_limited',
  'too_many_at_once',
  'server_busy',
  'redelivered_recently',
  'redelivery_limit',
  'queue_full',
  'idempotency_key_reused',
  'callback_refused',
  'job_not_finished',
  'job_not_retryable',
  'outcome_unknown',
  'model_not_configured',
  'model_failed',
  'model_timeout',
  'version_conflict',
  'invalid_transition',
  'canceled',
  'job_finished',
  'call_not_found',
  'call_failed',
  'deadline_exceeded',
  'limit_exceeded',
  'poisoned',
  'internal_error',
  'storage_unavailable',
  'newer_journal',
  'clock_skew',
  'stopping',
  'request_timeout',
  'headers_too_large',
] as const

export type ErrorCode = (typeof ERROR_CODES)[number]

/**
 * Base of every error we throw on purpose.
 * `message` is one sentence that is safe for the caller; `hint` and `cause` are for whoever runs the service and are only logged.
 */
export abstract class AppError extends Error {
  abstract readonly code: ErrorCode
  /** Whether the same request may succeed later, unchanged. */
  readonly retryable: boolean = false
  readonly hint: string | undefined

  constructor(message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    this.hint = options.hint
  }
}

export class UnknownAgentError extends AppError {
  readonly code = 'unknown_agent'

  constructor(name: string, known: readonly string[]) {
    super(`There is no agent named "${name}". Known agents: ${known.join(', ') || 'none'}.`)
  }
}

/** The input does not fit the agent's input schema. */
export class InvalidInputError extends AppError {
  readonly code = 'invalid_input'
  readonly problems: readonly string[]

  constructor(agent: string, problems: readonly string[]) {
    super(
      `The input does not fit agent "${agent}": ${problems.join('; ')}. See its input schema with GET /agents or "errand agents".`,
    )
    this.problems = problems
  }
}

export class JobNotFoundError extends AppError {
  readonly code = 'job_not_found'

  constructor(jobId: string) {
    super(`There is no job "${jobId}".`)
  }
}

export class ProductNotFoundError extends AppError {
  readonly code = 'product_not_found'

  constructor(handle: string) {
    super(`There is no product "${handle}". List them with GET /products or "errand products".`)
  }
}

/** Somebody else wrote the job since we read it. Whoever sees this must read again before acting. */
export class VersionConflictError extends AppError {
  readonly code = 'version_conflict'
  override readonly retryable = true

  constructor(jobId: string, version: number) {
    super(`Job ${jobId} is no longer at version ${String(version)}.`)
  }
}

/** A defect: code tried to record something that cannot happen to a job in this state. */
export class InvalidTransitionError extends AppError {
  readonly code = 'invalid_transition'

  constructor(jobId: string, status: string, event: string) {
    super(`Job ${jobId} is ${status}: "${event}" cannot happen to it.`)
  }
}

/** A turn asked for more than it may have. */
export class LimitExceededError extends AppError {
  readonly code = 'limit_exceeded'
}

/** A job, or a run, was not finished in the time that it had. */
export class DeadlineExceededError extends AppError {
  readonly code = 'deadline_exceeded'

  constructor(message = 'The job was not finished by its deadline.') {
    super(message)
  }
}

/** Nothing can be done any more to a job that is finished. */
export class JobFinishedError extends AppError {
  readonly code = 'job_finished'

  constructor(jobId: string, status: string) {
    super(`Job ${jobId} is ${status} already.`)
  }
}

/** The journal was written by a newer release, and this one cannot read it. The job is left as it is, to servers that can. */
export class NewerJournalError extends AppError {
  readonly code = 'newer_journal'
  override readonly retryable = true
  readonly retryAfterMs = 5000

  /** @param unknown is what this release does not know, such as `event "job.paused"`. */
  constructor(jobId: string, unknown: string) {
    super(
      `Job ${jobId} was written by a newer release of Errand: this server does not know its ${unknown}. Ask again, for another server may.`,
    )
  }
}

/** The caller left, or the process is stopping, before the work was done. */
export class CanceledError extends AppError {
  readonly code = 'canceled'

  constructor(cause?: unknown) {
    super('The work was stopped before it was done.', { cause })
  }
}

/** An author's agent or tool is not what it must be; found when it is defined, so before anything runs. */
export class DefinitionError extends Error {
  override readonly name = 'DefinitionError'
}

/** The agent names a model whose provider has no key or address here. */
export class ModelNotConfiguredError extends AppError {
  readonly code = 'model_not_configured'
}

export interface ModelErrorOptions {
  /** True for rate limits, provider faults, dropped connections and unreadable answers. */
  readonly retryable: boolean
  /** How long the provider asked us to wait, from its `Retry-After`; any number; kept as a duration of at most a day. */
  readonly retryAfterMs?: number | undefined
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
  readonly usage: Usage | undefined

  constructor(message: string, options: ModelErrorOptions) {
    super(message, options.hint === undefined ? {} : { hint: options.hint })
    this.retryable = options.retryable
    this.retryAfterMs = options.retryAfterMs === undefined ? undefined : boundedMs(options.retryAfterMs, 24 * HOUR_MS)
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

/** What jobs are stored in cannot be reached now. Whether something that was to be written has been is not known. */
export class StorageUnavailableError extends AppError {
  readonly code = 'storage_unavailable'
  override readonly retryable = true
  readonly retryAfterMs = 5000

  constructor(cause: unknown) {
    super(
      'The database cannot be reached at the moment. Try again soon; with an Idempotency-Key nothing is done twice.',
      { cause },
    )
  }
}
