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
  'approval_needed',
  'job_not_found',
  'delivery_not_found',
  'operation_not_found',
  'key_not_found',
  'schedule_not_found',
  'schedule_declared',
  'schedule_ended',
  'schedule_busy',
  'invalid_schedule',
  'webhook_not_found',
  'webhook_event_not_found',
  'webhook_refused',
  'webhook_unreadable',
  'webhook_handler_failed',
  'webhook_body_gone',
  'batch_not_found',
  'batch_closed',
  'batch_finished',
  'batch_not_finished',
  'nothing_to_retry',
  'proposal_not_found',
  'proposal_not_ready',
  'proposal_conflict',
  'proposal_changed',
  'proposal_refused',
  'write_under_way',
  'upload_conflict',
  'duplicate_key',
  'unauthorized',
  'forbidden',
  'misdirected_request',
  'rate_limited',
  'too_many_at_once',
  'server_busy',
  'redelivered_recently',
  'redelivery_limit',
  'queue_full',
  'too_many_items',
  'batch_full',
  'idempotency_key_reused',
  'callback_refused',
  'job_not_finished',
  'job_not_retryable',
  'outcome_unknown',
  'model_not_configured',
  'model_failed',
  'model_timeout',
  'output_invalid',
  'version_conflict',
  'invalid_transition',
  'canceled',
  'job_finished',
  'call_not_found',
  'call_not_ready',
  'call_failed',
  'deadline_exceeded',
  'limit_exceeded',
  'poisoned',
  'internal_error',
  'storage_unavailable',
  'newer_format',
  'clock_skew',
  'stopping',
  'request_timeout',
  'headers_too_large',
] as const

export type ErrorCode = (typeof ERROR_CODES)[number]

/**
 * Base of every error we throw on purpose. `message` is one sentence that is safe for the caller. `hint` and `cause`
 * are for the operator, and only logged.
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
