import { AppError } from '#domain/app-error.ts'

export class NotFoundError extends AppError {
  readonly code = 'not_found'

  constructor(path: string) {
    super(`There is nothing at ${path}. GET / lists what there is.`)
  }
}

export class MethodNotAllowedError extends AppError {
  readonly code = 'method_not_allowed'
  readonly allowed: readonly string[]

  constructor(method: string, path: string, allowed: readonly string[]) {
    super(`${method} is not possible at ${path}. Possible: ${allowed.join(', ')}.`)
    this.allowed = allowed
  }
}

export class UnsupportedMediaTypeError extends AppError {
  readonly code = 'unsupported_media_type'

  constructor(contentType: string | undefined, expected = 'application/json') {
    super(`Send the body as "Content-Type: ${expected}"${contentType === undefined ? '' : `, not "${contentType}"`}.`)
  }
}

export class PayloadTooLargeError extends AppError {
  readonly code = 'payload_too_large'

  constructor(maxBytes: number, what = 'The body') {
    super(`${what} is larger than ${String(maxBytes)} bytes.`)
  }
}

export class MalformedJsonError extends AppError {
  readonly code = 'malformed_json'

  constructor(reason: string, what = 'The body') {
    super(`${what} is not JSON: ${reason}.`)
  }
}

/** The body is JSON, but not of the shape that the route takes. */
export class InvalidRequestError extends AppError {
  readonly code = 'invalid_request'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`The request is not valid: ${problems.join('; ')}.`)
    this.problems = problems
  }
}

/** The key is unknown or missing. */
export class UnauthorizedError extends AppError {
  readonly code = 'unauthorized'
}

/** The key is good, but not for this. */
export class ForbiddenError extends AppError {
  readonly code = 'forbidden'
  readonly scope: string

  constructor(scope: string) {
    super(`This needs a key with the scope "${scope}".`)
    this.scope = scope
  }
}

/** The request was meant for another host: a page in a browser may have sent it here (DNS rebinding). */
export class MisdirectedRequestError extends AppError {
  readonly code = 'misdirected_request'

  constructor(host: string) {
    super(
      `Without API keys only requests from this machine to a loopback address are answered, and "${host}" is none. Make a key with "errand keys create".`,
    )
  }
}

/** Without keys: a proxy on this machine passes on what comes from elsewhere, and to us it all comes from this machine. */
export class ForwardedRequestError extends AppError {
  readonly code = 'misdirected_request'

  constructor(header: string) {
    super(
      `Without API keys only requests straight from this machine are answered, and the header "${header}" says that this one came through a proxy. Make a key with "errand keys create".`,
    )
  }
}

/** Without keys: a page in a browser on this machine must not be able to do what its user may. */
export class CrossSiteRequestError extends AppError {
  readonly code = 'forbidden'

  constructor(why: string) {
    super(
      `Without API keys no page of another origin is answered, and this request may come from one: ${why}. Make a key with "errand keys create", or name the origin in ERRAND_CORS_ORIGINS.`,
    )
  }
}

export class RateLimitedError extends AppError {
  readonly code = 'rate_limited'
  override readonly retryable = true
  readonly retryAfterMs: number

  constructor(perMinute: number, retryAfterMs: number) {
    super(`More than ${String(perMinute)} requests within a minute. Try again later.`)
    this.retryAfterMs = retryAfterMs
  }
}

const BUSY_MS = 2000

/** The tenant holds as many slots as it may. */
export class TooManyAtOnceError extends AppError {
  readonly code = 'too_many_at_once'
  override readonly retryable = true
  readonly retryAfterMs = BUSY_MS

  constructor(most: number, what: string) {
    super(
      `${String(most)} ${what} are open already, which is as many as this tenant may have at once. Try again later.`,
    )
  }
}

/** All tenants together hold as many slots as there are. */
export class ServerBusyError extends AppError {
  readonly code = 'server_busy'
  override readonly retryable = true
  readonly retryAfterMs = BUSY_MS

  constructor(what: string) {
    super(`This server has as many ${what} open as it may have at once. Try again later.`)
  }
}

export class UnforeseenError extends AppError {
  readonly code = 'internal_error'

  constructor(cause: unknown) {
    super('Something went wrong on our side. The logs of the service say what.', { cause })
  }
}
