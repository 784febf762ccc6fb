import type { Context, ErrorHandler } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { AppError, type ErrorCode } from '#domain/app-error.ts'
import { UploadConflictError } from '#domain/batch/errors.ts'
import { CanceledError } from '#domain/job/errors.ts'
import { clip } from '#domain/json/issues.ts'
import type { Logger } from '#ports/logger.ts'
import { ForbiddenError, MethodNotAllowedError, UnauthorizedError, UnforeseenError } from './errors.ts'
import type { ProblemView } from './wire/problem.ts'

/** The only place that knows both vocabularies. `satisfies` makes a new code without a status a type error. */
const STATUS = {
  invalid_request: 400,
  malformed_json: 400,
  invalid_input: 400,
  callback_refused: 400,
  proposal_refused: 400,
  invalid_schedule: 400,
  webhook_unreadable: 400,
  unauthorized: 401,
  webhook_refused: 401,
  forbidden: 403,
  not_found: 404,
  unknown_agent: 404,
  job_not_found: 404,
  call_not_found: 404,
  delivery_not_found: 404,
  operation_not_found: 404,
  key_not_found: 404,
  schedule_not_found: 404,
  webhook_not_found: 404,
  webhook_event_not_found: 404,
  batch_not_found: 404,
  proposal_not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  version_conflict: 409,
  job_finished: 409,
  approval_needed: 409,
  call_not_ready: 409,
  job_not_finished: 409,
  job_not_retryable: 409,
  redelivery_limit: 409,
  outcome_unknown: 409,
  schedule_busy: 409,
  schedule_declared: 409,
  schedule_ended: 409,
  webhook_body_gone: 409,
  batch_closed: 409,
  batch_finished: 409,
  batch_not_finished: 409,
  nothing_to_retry: 409,
  proposal_not_ready: 409,
  proposal_conflict: 409,
  write_under_way: 409,
  upload_conflict: 409,
  duplicate_key: 409,
  proposal_changed: 412,
  payload_too_large: 413,
  unsupported_media_type: 415,
  misdirected_request: 421,
  idempotency_key_reused: 422,
  rate_limited: 429,
  too_many_at_once: 429,
  redelivered_recently: 429,
  queue_full: 429,
  too_many_items: 429,
  batch_full: 409,
  headers_too_large: 431,
  invalid_transition: 500,
  call_failed: 500,
  limit_exceeded: 500,
  poisoned: 500,
  internal_error: 500,
  webhook_handler_failed: 500,
  model_failed: 502,
  output_invalid: 502,
  canceled: 503,
  model_not_configured: 503,
  storage_unavailable: 503,
  newer_format: 503,
  clock_skew: 503,
  stopping: 503,
  server_busy: 503,
  model_timeout: 504,
  deadline_exceeded: 504,
} as const satisfies Record<ErrorCode, ContentfulStatusCode>

export function statusOf(code: ErrorCode): number {
  return STATUS[code]
}

export function titleOf(code: ErrorCode): string {
  return TITLE[STATUS[code]]
}

/** Where the page of each code is; its path begins with the base path where the app is mounted in another one. */
export const ERROR_PAGES = '/errors'

const TITLE: Record<(typeof STATUS)[ErrorCode], string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  421: 'Misdirected Request',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
}

/** Turns the error of a route into Problem Details. Our own faults are logged, and unforeseen errors are not sent. */
export function problemHandler(logger: Logger): ErrorHandler {
  return (error, c) => {
    const known =
      error instanceof AppError
        ? error
        : c.req.raw.signal.aborted
          ? new CanceledError(error)
          : new UnforeseenError(error)
    const status = STATUS[known.code]
    if (known instanceof CanceledError) logger.info('A caller left before the answer.', { path: c.req.path })
    else if (status >= 500) logger.error('Request failed.', error, { method: c.req.method, path: c.req.path })
    return answerProblem(c, known)
  }
}

/** Answers with what is wrong, and logs nothing. */
export function answerProblem(c: Context, error: AppError): Response {
  const problem = problemOf(error, new URL(c.req.url).pathname)
  return c.body(JSON.stringify(problem), STATUS[error.code], { ...headersFor(error), 'content-type': PROBLEM_JSON })
}

export function problemOf(error: AppError, instance: string): ProblemView {
  const { code, message, retryable } = error
  const problems = hasProblems(error) && { problems: [...error.problems] }
  return {
    type: `${ERROR_PAGES}/${code}`,
    title: titleOf(code),
    status: STATUS[code],
    detail: clip(message, MOST_DETAIL),
    instance: clip(instance, MOST_INSTANCE),
    code,
    retryable,
    ...problems,
    ...(error instanceof UploadConflictError && { next: error.next }),
  }
}

/** Characters: of what a caller sent, only so much is sent back. */
export const MOST_DETAIL = 8000
export const MOST_INSTANCE = 1000

/** Problem Details for a request that no route has seen. */
export function refusal(code: ErrorCode, detail: string): ProblemView {
  return { type: `${ERROR_PAGES}/${code}`, title: titleOf(code), status: STATUS[code], detail, code, retryable: false }
}

export function refuseRequest(code: ErrorCode, detail: string): Response {
  const problem = refusal(code, detail)
  return Response.json(problem, { status: problem.status, headers: { 'content-type': PROBLEM_JSON } })
}

/** Problem Details where there is no app yet that would answer. */
export function problemResponse(error: AppError, { url }: Request): Response {
  const headers = { ...headersFor(error), 'content-type': PROBLEM_JSON }
  return Response.json(problemOf(error, new URL(url).pathname), { status: STATUS[error.code], headers })
}

/** Problem Details for a service that cannot work as it is configured; the logs say why. */
export function refuseAll(): Response {
  const headers = { 'content-type': PROBLEM_JSON, 'retry-after': secondsOf(UNTIL_A_PERSON_ACTS_MS) }
  return Response.json(NOT_CONFIGURED, { status: 503, headers })
}

export const NOT_CONFIGURED: ProblemView = {
  ...refusal('internal_error', 'The service is not configured as it must be. Its logs say what is wrong.'),
  title: TITLE[503],
  status: 503,
}

export const PROBLEM_JSON = 'application/problem+json'

/** What was wrong, place by place. */
function hasProblems(error: AppError): error is AppError & { readonly problems: readonly string[] } {
  return 'problems' in error && Array.isArray(error.problems)
}

function headersFor(error: AppError): Record<string, string> {
  if (error instanceof MethodNotAllowedError) return { allow: error.allowed.join(', ') }
  if (error instanceof UnauthorizedError) return { 'www-authenticate': 'Bearer realm="errand"' }
  if (error instanceof ForbiddenError) {
    return { 'www-authenticate': `Bearer realm="errand", error="insufficient_scope", scope="${error.scope}"` }
  }
  if ('retryAfterMs' in error && typeof error.retryAfterMs === 'number')
    return { 'retry-after': secondsOf(error.retryAfterMs) }
  return ALWAYS_RETRY_AFTER.has(STATUS[error.code]) ? { 'retry-after': secondsOf(UNTIL_A_PERSON_ACTS_MS) } : {}
}

/** Clients and proxies look for `Retry-After` at these statuses. */
const ALWAYS_RETRY_AFTER = new Set<number>([429, 503])
/** For what no waiting mends: a setting that is missing, say. */
const UNTIL_A_PERSON_ACTS_MS = 60_000

function secondsOf(ms: number): string {
  return String(Math.ceil(ms / 1000))
}
