import type { LanguageModelV4CallOptions } from '@ai-sdk/provider'
import type { PostJson } from '#adapters/web/post-json.ts'
import type { Usage } from '#domain/agent/usage.ts'
import type { TraceHeaders } from '#domain/trace/trace-context.ts'
import type { Clock } from '#ports/clock.ts'
import type { ModelReply } from '#ports/model.ts'
import { AnswerError, BrokenAnswerError } from './answer-error.ts'
import { AnswerReader, EmptyStreamError } from './answer-reader.ts'
import { AnyGathering, checkKnown, formatOf } from './answer-formats.ts'
import { mayBeForTheStream, messageOf } from './failure.ts'
import { RefusalError } from './refusal.ts'
import { replyFrom } from './reply.ts'
import { LiveText } from './live-text.ts'
import { OF_ANSWERS } from './unwrapped.ts'
import type { JsonRecord } from './json-reading.ts'
import type { AnswerFormat, Gathering, WireAnswer, WireFormat, WireRequest } from './wire-format.ts'

export interface Asking {
  readonly post: PostJson
  readonly signal: AbortSignal
  readonly onText: ((text: string) => void) | undefined
  readonly trace?: TraceHeaders | undefined
  readonly clock: Clock
}

/** How long the next of what may follow a whole answer is waited for, such as its usage. Some servers hold the connection open. */
const REST_MS = 5000

/**
 * Requests an answer: as a stream if a client wants live text, else whole, which costs less. If a server refuses to
 * stream before its answer begins, the whole answer is requested. So a watching client does not change the outcome.
 * @throws {RefusalError}
 * @throws {BrokenAnswerError}
 */
export async function ask(
  format: WireFormat,
  options: LanguageModelV4CallOptions,
  asking: Asking,
): Promise<ModelReply> {
  const request = await format.prepare(options)
  const whole = (): Promise<ModelReply> =>
    new Attempt(format, new AnyGathering(format.answers, () => undefined)).run(request, asking)
  if (!asking.onText) return whole()
  const liveText = new LiveText(asking.onText)
  const gathering = new AnyGathering(format.answers, liveText.take)
  const streamed = { ...request, body: { ...request.body, ...format.streaming } }
  const reply = await new Attempt(format, gathering).run(streamed, asking).catch((error: unknown) => {
    if (gathering.isBegun || !isForTheStream(error, asking.clock.now())) throw error
    return whole()
  })
  liveText.finish(reply.message)
  return reply
}

function isForTheStream(error: unknown, now: number): boolean {
  return error instanceof EmptyStreamError || (error instanceof RefusalError && mayBeForTheStream(error, now))
}

/** One request and its answer. */
class Attempt {
  readonly #format: AnswerFormat
  readonly #gathering: Gathering
  readonly #reader: AnswerReader
  /** What has come of the answer. */
  #body: JsonRecord = {}

  constructor({ answers }: WireFormat, gathering: Gathering) {
    this.#format = answers
    this.#gathering = gathering
    this.#reader = new AnswerReader(gathering)
  }

  async run(request: WireRequest, asking: Asking): Promise<ModelReply> {
    try {
      await this.#send(request, asking)
      this.#body = this.#reader.body()
      return replyFrom(this.#read())
    } catch (error) {
      if (error instanceof AnswerError) error.usage = this.#usage()
      throw error
    }
  }

  async #send({ url, headers, body }: WireRequest, { post, signal, trace, clock }: Asking): Promise<void> {
    signal.throwIfAborted()
    // Not `AbortSignal.any`, which allocates 2.7 KB, and work for the garbage collector.
    const inner = new AbortController()
    const leave = (): void => {
      inner.abort(signal.reason)
    }
    signal.addEventListener('abort', leave)
    let cancelTimer = NOTHING_TO_CANCEL
    let seen = 0
    const wait = (): void => {
      seen = this.#reader.eventCount
      cancelTimer = clock.after(REST_MS, endRest)
    }
    const endRest = (): void => {
      cancelTimer = NOTHING_TO_CANCEL
      // Some servers say with each piece that it is the last.
      if (this.#reader.eventCount > seen) wait()
      else if (this.#reader.isWhole) inner.abort()
    }
    this.#reader.onPause = () => {
      if (cancelTimer === NOTHING_TO_CANCEL) wait()
    }
    const posted = { headers: { ...COMMON_HEADERS, ...trace, ...headers }, body: JSON.stringify(body) }
    try {
      await post(url, { ...posted, signal: inner.signal }, this.#reader)
    } catch (error) {
      signal.throwIfAborted()
      if (!this.#reader.isWhole) throw this.#readable(error)
    } finally {
      cancelTimer()
      signal.removeEventListener('abort', leave)
    }
  }

  #read(): WireAnswer {
    const answer = formatOf(this.#body, this.#format).read(this.#body)
    if (answer.parts.length > 0 || answer.finish !== '') return answer
    const refusal = new RefusalError(this.#reader.head, this.#body)
    if (refusal.message === '') checkKnown(this.#body, this.#format)
    throw refusal.message === '' ? new RefusalError(this.#reader.head, this.#body, namesIn(this.#body)) : refusal
  }

  /** What a failed call has cost, as far as it got. */
  #usage(): Usage | undefined {
    const body = { ...this.#gathering.body(), ...this.#body }
    const { usage } = formatOf(body, this.#format).read(body)
    return Object.values(usage).some((tokens) => tokens > 0) ? usage : undefined
  }

  #readable(error: unknown): unknown {
    if (error instanceof AnswerError) return error
    // `fetch` hides what happened in the cause.
    const cause = error instanceof TypeError && error.cause !== undefined ? error.cause : error
    const what = this.#reader.head.status === 0 ? 'Cannot connect to API' : 'The connection broke'
    return new BrokenAnswerError(`${what}: ${messageOf(cause) || 'no reason is given'}`, { cause: error })
  }
}

const LONGEST_NAMES = 100

/** For an answer that has nothing of an answer, such as the state of a server: what it has. */
function namesIn(body: JsonRecord): string {
  const names = Object.keys(body).join(', ').slice(0, LONGEST_NAMES)
  return names === '' || OF_ANSWERS.some((name) => name in body) ? '' : `It has no answer in it, only: ${names}`
}

const NOTHING_TO_CANCEL = (): void => undefined

const COMMON_HEADERS = { 'content-type': 'application/json', 'user-agent': 'errand' }
