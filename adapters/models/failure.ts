import { InvalidArgumentError, InvalidPromptError, UnsupportedFunctionalityError } from '@ai-sdk/provider'
import { AppError } from '#domain/app-error.ts'
import { ModelError } from '#domain/model/errors.ts'
import { AnswerError, ForeignAnswerError } from './answer-error.ts'
import { isHopeless } from './hopeless.ts'
import { RefusalError } from './refusal.ts'
import { retryAfterMsIn } from './retry-after.ts'

export interface FailureContext {
  /** `provider/model`. */
  readonly model: string
  /** Takes our keys out of a text. */
  readonly redact: (text: string) => string
  /** Epoch milliseconds, for a `Retry-After` that names a date. */
  readonly now: number
}

const LONGEST_MESSAGE = 500

/** What the SDK refuses to send, it refuses every time. */
const REFUSED_BY_SDK = [InvalidArgumentError, InvalidPromptError, UnsupportedFunctionalityError]

/** Any error of a call as one sentence with the provider's own words, and whether a retry may help. */
export function failureFrom(error: unknown, context: FailureContext): AppError {
  if (error instanceof AppError) return error
  const isRefusal = error instanceof RefusalError
  const retryable = isRefusal
    ? isWorthRetrying(error, context.now)
    : !(error instanceof ForeignAnswerError || REFUSED_BY_SDK.some((kind) => kind.isInstance(error)))
  return new ModelError(sentence(whatHappened(error), messageOf(error), context), {
    retryable,
    retryAfterMs: isRefusal ? retryAfterMsIn(error, context.now) : undefined,
    isCrowded: isRefusal && retryable && error.status === 429,
    usage: error instanceof AnswerError ? error.usage : undefined,
    hint: kindsOf(error),
  })
}

/** The server could not read what its model wrote (Groq, with a 400). The model may write it better. */
const MISWRITTEN = /tool_use_failed|json_validate_failed/i

/** Too many requests, with any status. */
const CROWDED = /rate.?limit|throttl|overloaded|too.?many|capacity.?exceeded/i

/** What is wrong with the request itself. A gateway may pass it on as its own failure. */
const UNFIT =
  /context.?(?:length|window)|content.?(?:policy|filter)|model.?not.?found|unsupported.?(?:model|value|parameter)/i

/** The same, where no status says more. */
const UNFIT_WITHOUT_STATUS = /invalid|not.?found|unsupported|too.?(?:large|long)|malformed/i

/** Beside those from 500 on. 498 is Groq's for too little room, 499 that of proxies that gave up. */
const PASSING_STATUSES = [408, 409, 424, 425, 429, 498, 499]

/** What the server cannot do, now or later: the method, or the version of HTTP. */
const UNABLE = [501, 505]

function isWorthRetrying(error: RefusalError, now: number): boolean {
  const said = /^\W*(true|false)\b/i.exec(error.head.headers['x-should-retry'] ?? '')?.[1]
  return said === undefined ? mayPass(error, now) : said.toLowerCase() === 'true'
}

function mayPass(error: RefusalError, now: number): boolean {
  if (isHopeless(error, now)) return false
  const { status, kinds } = error
  if (MISWRITTEN.test(kinds) || CROWDED.test(kinds)) return true
  if (status === UNAVAILABLE) return true
  return !UNFIT.test(kinds) && (status === null ? !UNFIT_WITHOUT_STATUS.test(kinds) : isPassing(status))
}

/** Also of a gateway that has no way to the model for now, and calls that `model_not_found`. */
const UNAVAILABLE = 503

function isPassing(status: number): boolean {
  return PASSING_STATUSES.includes(status) || (status >= 500 && !UNABLE.includes(status))
}

/** Whether a stream may have been refused only for being one, so that the whole answer may still be had. */
export function mayBeForTheStream(error: RefusalError, now: number): boolean {
  if ([401, 402, 403, 429].includes(error.status ?? 0) || retryAfterMsIn(error, now) !== undefined) return false
  return !isHopeless(error, now) && !CROWDED.test(error.kinds)
}

function whatHappened(error: unknown): string {
  if (!(error instanceof RefusalError) || error.head.status < 300) return 'brought no usable answer'
  const { status, redirectedTo } = error.head
  const after = redirectedTo === undefined ? '' : ` after a redirect to ${redirectedTo}, which was not sent the key`
  return `answered ${String(status)}${after}`
}

/** What `error` says; `''` when it says nothing. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ')
  if (error instanceof Error) return error.message
  return typeof error === 'string' ? error : ''
}

/** What kinds of errors led to this one. Their messages and bodies may hold prompts, answers or keys, and are left behind. */
function kindsOf(error: unknown): string {
  const kinds: string[] = []
  for (let at = error; at instanceof Error && kinds.length < 5; at = at.cause) kinds.push(at.name)
  return kinds.join(', caused by ')
}

function sentence(what: string, detail: string, { model, redact }: FailureContext): string {
  const clean = redact(detail.toWellFormed()).replace(/\s+/g, ' ').trim()
  if (clean === '') return `${model} ${what}.`
  const words = clean.length > LONGEST_MESSAGE ? `${clean.slice(0, LONGEST_MESSAGE).toWellFormed()}…` : clean
  return `${model} ${what}: ${words}${/[.…!?]$/.test(words) ? '' : '.'}`
}
