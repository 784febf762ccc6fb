import type { ErrorHandler } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { AppError, CanceledError, type ErrorCode, InvalidInputError, ModelError } from '#domain/errors.ts'
import type { Logger } from '#ports/logger.ts'
import { InvalidRequestError, MethodNotAllowedError } from './http-errors.ts'

/** The only place that knows both vocabularies. `satisfies` makes a new code without a status a type error. */
const STATUS = {
  invalid_request: 400,
  malformed_json: 400,
  invalid_input: 400,
  not_found: 404,
  unknown_agent: 404,
  job_not_found: 404,
  product_not_found: 404,
  call_not_found: 404,
  method_not_allowed: 405,
  version_conflict: 409,
  job_finished: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  invalid_transition: 500,
  call_failed: 500,
  deadline_exceeded: 500,
  limit_exceeded: 500,
  poisoned: 500,
  internal_error: 500,
  model_failed: 502,
  canceled: 503,
  model_not_configured: 503,
  model_timeout: 504,
} as const satisfies Record<ErrorCode, ContentfulStatusCode>

const TITLE: Record<(typeof STATUS)[ErrorCode], string> = {
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
}

/** Problem Details, RFC 9457. `type` is left to its default, `about:blank`; `code` says what exactly happened. */
export interface Problem {
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly instance: string
  readonly code: ErrorCode
  /** Whether the same request may succeed later, unchanged. */
  readonly retryable: boolean
  /** One sentence for each thing that is wrong with the request. */
  readonly problems?: readonly string[]
}

/** Turns whatever a route throws into Problem Details; what is our fault is logged, and what was not foreseen is not sent. */
export function problemHandler(logger: Logger): ErrorHandler {
  return (error, c) => {
    const known = error instanceof AppError ? error : new UnforeseenError(error)
    const status = STATUS[known.code]
    if (error instanceof CanceledError) logger.info('A caller left before the answer.', { path: c.req.path })
    else if (status >= 500) logger.error('Request failed.', error, { method: c.req.method, path: c.req.path })
    const problem: Problem = {
      title: TITLE[status],
      status,
      detail: known.message,
      instance: new URL(c.req.url).pathname,
      code: known.code,
      retryable: known.retryable,
      ...(hasProblems(known) && { problems: known.problems }),
    }
    return c.body(JSON.stringify(problem), status, { ...headersFor(known), 'content-type': 'application/problem+json' })
  }
}

/** Problem Details for a request that no route has seen. */
export function refuseRequest(reason: string): Response {
  const problem = { title: TITLE[400], status: 400, detail: `${reason}.`, code: 'invalid_request', retryable: false }
  return Response.json(problem, { status: 400, headers: { 'content-type': 'application/problem+json' } })
}

/** Problem Details for a service that cannot work as it is configured; the logs say why. */
export function refuseAll(): Response {
  const detail = 'The service is not configured as it must be. Its logs say what is wrong.'
  const problem = { title: TITLE[503], status: 503, detail, code: 'internal_error', retryable: false }
  return Response.json(problem, { status: 503, headers: { 'content-type': 'application/problem+json' } })
}

class UnforeseenError extends AppError {
  readonly code = 'internal_error'

  constructor(cause: unknown) {
    super('Something went wrong on our side. The logs of the service say what.', { cause })
  }
}

function hasProblems(error: AppError): error is InvalidRequestError | InvalidInputError {
  return error instanceof InvalidRequestError || error instanceof InvalidInputError
}

function headersFor(error: AppError): Record<string, string> {
  if (error instanceof MethodNotAllowedError) return { allow: error.allowed.join(', ') }
  if (error instanceof ModelError && error.retryAfterMs !== undefined) {
    return { 'retry-after': String(Math.ceil(error.retryAfterMs / 1000)) }
  }
  return {}
}
