import {
  APICallError,
  InvalidArgumentError,
  InvalidPromptError,
  JSONParseError,
  TypeValidationError,
  UnsupportedFunctionalityError,
} from '@ai-sdk/provider'
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

/** What the SDK refuses to send, it refuses every time. */
const REFUSED_BY_SDK = [InvalidArgumentError, InvalidPromptError, UnsupportedFunctionalityError]

/** Whatever a call threw, as one sentence with the provider's own words, and whether trying again may help. */
export function failureFrom(error: unknown, context: FailureContext): AppError {
  if (error instanceof AppError) return error
  const { statusCode = 0, responseHeaders = {} } = APICallError.isInstance(error) ? error : {}
  const what = statusCode < 400 ? 'brought no usable answer' : `answered ${String(statusCode)}`
  return new ModelError(sentence(what, messageOf(error), context), {
    retryable: isRetryable(error),
    retryAfterMs: retryAfterMs(responseHeaders, context.now),
    hint: kindsOf(error),
  })
}

function isRetryable(error: unknown): boolean {
  // Below 400 the answer itself was broken.
  if (APICallError.isInstance(error)) return error.isRetryable || (error.statusCode ?? 400) < 400
  if (REFUSED_BY_SDK.some((kind) => kind.isInstance(error))) return false
  // An error inside a stream is a plain object, and may say so itself. All else is a broken connection or an unreadable answer.
  return !(isObject(error) && 'isRetryable' in error && error.isRetryable === false)
}

/** The SDK's words for these quote the answer, which is nobody's to log. */
const QUOTING = [JSONParseError, TypeValidationError]

function messageOf(error: unknown): string {
  if (QUOTING.some((kind) => kind.isInstance(error))) return 'It could not be read'
  if (typeof error === 'string') return error
  return isObject(error) && 'message' in error && typeof error.message === 'string' ? error.message : ''
}

/** What kinds of errors led to this one. Their messages and bodies may hold prompts, answers or keys, and are left behind. */
function kindsOf(error: unknown): string {
  const kinds: string[] = []
  for (let at = error; at instanceof Error && kinds.length < 5; at = at.cause) kinds.push(at.name)
  return kinds.join(', caused by ')
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function sentence(what: string, detail: string, { model, secrets }: FailureContext): string {
  // The longest first: one key may be the beginning of another.
  const longestFirst = secrets.filter((secret) => secret !== '').sort((a, b) => b.length - a.length)
  const text = longestFirst.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), detail)
  const clean = text.replace(/\s+/g, ' ').trim()
  if (clean === '') return `${model} ${what}.`
  const words = clean.length > LONGEST_MESSAGE ? `${clean.slice(0, LONGEST_MESSAGE)}…` : clean
  return `${model} ${what}: ${words}${/[.…!?]$/.test(words) ? '' : '.'}`
}

/** `Retry-After` in seconds or as a date (RFC 9110), or the milliseconds that OpenAI and Anthropic send beside it. */
function retryAfterMs(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const exact = Number(headers['retry-after-ms'] ?? Number.NaN)
  if (isDuration(exact)) return exact
  const value = headers['retry-after']
  if (value === undefined) return undefined
  const seconds = Number(value)
  if (isDuration(seconds)) return seconds * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}

function isDuration(value: number): boolean {
  return Number.isFinite(value) && value >= 0
}
