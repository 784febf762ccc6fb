import type { LanguageModelV4CallOptions } from '@ai-sdk/provider'
import type { PostJson } from '#adapters/web/post-json.ts'
import type { ModelReply } from '#ports/model.ts'
import { AnswerReader, EmptyStreamError } from './answer-reader.ts'
import { BrokenAnswerError, mayBeForTheStream, messageOf } from './failure.ts'
import { RefusalError } from './refusal.ts'
import { replyFrom } from './reply.ts'
import { Teller } from './teller.ts'
import type { Gathering, WireFormat, WireRequest } from './wire-format.ts'

export interface Asking {
  readonly post: PostJson
  readonly signal: AbortSignal
  readonly onText: ((text: string) => void) | undefined
  /** Epoch milliseconds. */
  readonly now: number
}

/**
 * Asks for an answer: streamed where its text is to be told as it comes, else whole, which costs less. A server that does not stream
 * is asked once more for the whole, unless its answer has begun; so whether a client watches changes nothing in the outcome.
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
    new Attempt(
      format,
      format.gather(() => undefined),
    ).run(request, asking)
  if (!asking.onText) return whole()
  const teller = new Teller(asking.onText)
  const gathering = format.gather(teller.tell)
  const streamed = { ...request, body: { ...request.body, ...format.streaming } }
  const reply = await new Attempt(format, gathering).run(streamed, asking).catch((error: unknown) => {
    if (gathering.isBegun || !isForTheStream(error, asking.now)) throw error
    return whole()
  })
  teller.finish(reply.message)
  return reply
}

function isForTheStream(error: unknown, now: number): boolean {
  return error instanceof EmptyStreamError || (error instanceof RefusalError && mayBeForTheStream(error, now))
}

/** One request and its answer. */
class Attempt {
  readonly #format: WireFormat
  readonly #reader: AnswerReader

  constructor(format: WireFormat, gathering: Gathering) {
    this.#format = format
    this.#reader = new AnswerReader(gathering)
  }

  async run({ url, headers, body }: WireRequest, { post, signal }: Asking): Promise<ModelReply> {
    signal.throwIfAborted()
    const posted = { headers: { ...COMMON_HEADERS, ...headers }, body: JSON.stringify(body), signal }
    try {
      await post(url, posted, this.#reader)
    } catch (error) {
      signal.throwIfAborted()
      if (!this.#reader.isWhole) throw this.#readable(error)
    }
    const whole = this.#reader.body()
    const answer = this.#format.read(whole)
    if (answer.parts.length === 0 && answer.finish === '') throw new RefusalError(this.#reader.head, whole)
    return replyFrom(answer)
  }

  #readable(error: unknown): unknown {
    if (error instanceof RefusalError || error instanceof BrokenAnswerError) return error
    // `fetch` hides what happened in the cause.
    const cause = error instanceof TypeError && error.cause !== undefined ? error.cause : error
    const what = this.#reader.head.status === 0 ? 'Cannot connect to API' : 'The connection broke'
    return new BrokenAnswerError(`${what}: ${messageOf(cause) || 'no reason is given'}`, { cause: error })
  }
}

const COMMON_HEADERS = { 'content-type': 'application/json', 'user-agent': 'errand' }
