import type { AnswerHead } from '#adapters/web/post-json.ts'
import { AnswerError } from './answer-error.ts'
import { type JsonRecord, isRecord, record, records } from './json-reading.ts'
import { valuesIn } from './loose-json.ts'

/** The provider says that something is wrong: by the status, in an answer with a good status, or in a stream that it had begun. */
export class RefusalError extends AnswerError {
  override readonly name = 'RefusalError'
  readonly head: AnswerHead
  /** As JSON, or as text when it is none. */
  readonly body: unknown
  /** Of the answer, or the one that its body names under a good status; `null` when there is none. */
  readonly status: number | null
  /** Everything that names its kind, such as "insufficient_quota". */
  readonly kinds: string

  /** @param message what the body itself says, unless it is given. */
  constructor(head: AnswerHead, body: unknown, message = wordsIn(body)) {
    super(message)
    this.head = head
    this.body = body
    this.status = head.status < 300 ? statusIn(body) : head.status
    // Bedrock names it in a header alone.
    this.kinds = [kindsIn(body), head.headers['x-amzn-errortype'] ?? ''].join(' ')
  }
}

/** Some servers send their error as JSON in a text, or as an event. */
export function refusalOf(head: AnswerHead, body: unknown): RefusalError {
  if (typeof body !== 'string') return new RefusalError(head, body)
  const event = /^(?:data|event|id|retry):/.test(body) ? /^data:(.+)/m.exec(body)?.[1] : undefined
  return new RefusalError(head, valuesIn(event ?? body)[0] ?? body)
}

/** Whether `body` holds an error and nothing else. */
export function tellsOfError(body: unknown): boolean {
  const { error, type, object } = errorIn(body)
  return isSaid(error) || type === 'error' || type === 'response.error' || object === 'error'
}

/** Where there is no error, some servers send one without anything in it, or one that says so. */
function isSaid(error: unknown): boolean {
  return typeof error === 'object' && error !== null ? Object.values(error).some(isBad) : isBad(error)
}

const GOOD = /^(?:0|200|ok|success|none|null|no error)$/i

function isBad(said: unknown): boolean {
  if (typeof said === 'object' && said !== null) return Object.keys(said).length > 0
  return typeof said === 'string' ? said !== '' && !GOOD.test(said) : Boolean(said) && said !== 200
}

/** Google wraps its errors in a list. */
function errorIn(body: unknown): JsonRecord {
  return Array.isArray(body) ? record((body as readonly unknown[])[0]) : record(body)
}

/** Where servers put more about an error, beside `error`: Mistral, FastAPI, Azure, Apigee, Google, MiniMax, Tencent. */
const INNER = [
  ...['message', 'detail', 'errors', 'innererror', 'fault', 'details', 'fieldViolations'],
  ...['base_resp', 'Response', 'Error'],
]
const MOST_LAYERS = 4
const MOST_BESIDE = 5

/** What says something about the error: what its `error` holds, itself, and then what else it holds. */
function layersOf(body: unknown, depth = MOST_LAYERS): readonly JsonRecord[] {
  if (depth === 0) return []
  const inside = (value: unknown): readonly JsonRecord[] => layersOf(value, depth - 1)
  return records(unquoted(body))
    .slice(0, MOST_BESIDE)
    .flatMap((layer) => [
      ...inside(layer['error']),
      layer,
      ...INNER.flatMap((name) => inside(layer[name])),
      ...inside(record(layer['metadata'])['raw']),
    ])
}

/** Gateways quote the error of the server behind them, as a text. */
function unquoted(value: unknown): unknown {
  return typeof value === 'string' && /^\s*[{[]/.test(value) ? (valuesIn(value)[0] ?? value) : value
}

const WORDS = [
  ...['message', 'error', 'detail', 'msg', 'errors', 'error_description', 'Message'],
  ...['error_msg', 'error_message', 'status_msg', 'errorMessage', 'faultstring', 'err', 'description'],
  ...['title', 'reason'],
]
const STATUSES = ['code', 'status', 'status_code', 'statusCode', 'http_code']

/** The sentence in an error, wherever a server puts it: OpenAI's `error.message`, or what others have made of that. */
function wordsIn(body: unknown): string {
  if (typeof body === 'string' && unquoted(body) === body) return wordsOfPage(body)
  for (const layer of layersOf(body)) {
    const words = WORDS.map((name) => sentence(layer[name])).find((said) => said !== '')
    if (words !== undefined) return withUpstreamWords(words, layer)
  }
  return ''
}

function sentence(said: unknown): string {
  if (typeof said === 'string') return unquoted(said) === said ? said.trim() : wordsIn(said) || said
  const listed = Array.isArray(said) ? said.filter(isText) : []
  if (listed.length > 0) return listed.join('; ')
  // As FastAPI does: a list of what does not fit, each with its place.
  return records(said)
    .map(({ loc, msg, message }) => [Array.isArray(loc) ? loc.join('.') : '', msg ?? message].filter(isText).join(': '))
    .filter(isText)
    .join('; ')
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

/** A gateway's own words may say only that something has failed behind it. */
function withUpstreamWords(words: string, { metadata }: JsonRecord): string {
  const upstream = wordsIn(record(metadata)['raw'])
  return upstream === '' ? words : `${words}: ${upstream}`
}

/** Of a page for people, its title; of XML, its message. */
function wordsOfPage(text: string): string {
  if (!text.trimStart().startsWith('<')) return text
  return /<(?:title|h1|message|faultstring)[^<>]*>([^<]+)/i.exec(text)?.[1] ?? ''
}

function statusIn(body: unknown): number | null {
  const numbers = layersOf(body).flatMap((layer) => STATUSES.map((name) => Number(layer[name])))
  return numbers.find((number) => Number.isInteger(number) && number >= 400 && number < 600) ?? null
}

function kindsIn(body: unknown): string {
  return layersOf(body)
    .flatMap((layer) => [layer['code'], layer['type'], layer['status'], record(layer['metadata'])['error_type']])
    .filter(isText)
    .join(' ')
}

/** The first of these members of an error that is a text or a number; `''` where there is none. */
export function delayIn(body: unknown, names: readonly string[]): string {
  const given = layersOf(body).flatMap((layer) =>
    [layer, record(layer['metadata'])].flatMap((one) => names.map((name) => one[name])),
  )
  return String(given.find((value) => isText(value) || typeof value === 'number') ?? '')
}

/** Google's form of a delay: "37s" in one of the error's details. */
export function googleDelayIn(body: unknown): string {
  const delays = layersOf(body).flatMap((layer) => records(layer['details']).map(({ retryDelay }) => retryDelay))
  const delay = delays.find((given) => isText(given) || isRecord(given))
  return isRecord(delay) ? `${String(delay['seconds'])}s` : (delay ?? '')
}

/** The headers of the server behind a gateway, by name in lower case, where the gateway puts them into its error. */
export function passedOnIn(body: unknown): Readonly<Record<string, string>> {
  const given = layersOf(body).flatMap((layer) => Object.entries(record(record(layer['metadata'])['headers'])))
  return Object.fromEntries(given.map(([name, value]) => [name.toLowerCase(), String(value)]))
}
