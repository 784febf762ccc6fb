import { APICallError } from '@ai-sdk/provider'
import { AppError, ModelError } from '#domain/errors.ts'

export interface FailureContext {
  /** `provider/model`. */
  readonly model: string
  /** Texts that no message may hold. */
  readonly secrets: readonly string[]
  /** Epoch milliseconds, for a `Retry-After` that names a date. */
  readonly now: number
}

const LONGEST_MESSAGE = 500

/** Whatever a call threw, as one sentence with the provider's own words, and whether trying again may help. */
export function failureFrom(error: unknown, context: FailureContext): AppError {
  if (error instanceof AppError) return error
  if (!APICallError.isInstance(error)) {
    // Not refused by the provider: the connection broke, or what came back could not be understood.
    return new ModelError(sentence('brought no usable answer', messageOf(error), context), {
      retryable: true,
      cause: error,
    })
  }
  const { statusCode, responseHeaders = {} } = error
  const answered =
    statusCode === undefined || statusCode < 400 ? 'brought no usable answer' : `answered ${String(statusCode)}`
  return new ModelError(sentence(answered, messageOf(error), context), {
    // Below 400 the answer itself was broken; without a status none arrived.
    retryable: error.isRetryable || statusCode === undefined || statusCode < 400,
    retryAfterMs: retryAfterMs(responseHeaders, context.now),
    cause: error,
  })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function sentence(what: string, detail: string, { model, secrets }: FailureContext): string {
  const clean = secrets.reduce((text, secret) => text.replaceAll(secret, '[redacted]'), detail.trim())
  const words = clean.length > LONGEST_MESSAGE ? `${clean.slice(0, LONGEST_MESSAGE)}…` : clean
  return `${model} ${what}: ${words}${/[.…!?]$/.test(words) ? '' : '.'}`
}

/** `Retry-After` in seconds or as a date (RFC 9110), or the milliseconds that OpenAI and Anthropic send beside it. */
function retryAfterMs(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const exact = Number(headers['retry-after-ms'] ?? Number.NaN)
  if (exact >= 0) return exact
  const value = headers['retry-after']
  if (value === undefined) return undefined
  const seconds = Number(value)
  if (seconds >= 0) return seconds * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}
