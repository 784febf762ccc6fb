// A model that answers at once, or after BENCH_LATENCY_MS: chat completions, streamed or not. It asks for the tool twice, then answers.
// POST /tool is the tool's other side. Printed: its address. What a prompt may say beside, and what a benchmark may ask for:
// - "retry after 60": 429, with that `Retry-After`
// - "say 256 KiB": so much text, in pieces, at the end
// - "only answer": no tool is asked for
// - "tag 17": its calls are recorded: GET /calls
// - POST /hold: from now on no model call is answered, until POST /release; GET / says how many are held

import { type ServerResponse, createServer } from 'node:http'
import { type AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Call } from './calls.ts'

const TOOL_CALLS = 2
const latencyMs = Number(process.env['BENCH_LATENCY_MS'] ?? '0')

/** Of text that is said in pieces: much at once, and yet no more than a connection carries. */
const PIECE = 'All work and no play. '.repeat(186)
const PIECE_MS = 50

interface ChatRequest {
  readonly stream?: boolean
  readonly messages: readonly { readonly role: string; readonly content: unknown }[]
}

const usage = { prompt_tokens: 120, completion_tokens: 20, total_tokens: 140 }

function promptOf({ messages }: ChatRequest): string {
  const prompt = messages.find(({ role }) => role === 'user')?.content
  return typeof prompt === 'string' ? prompt : JSON.stringify(prompt)
}

/** A number after some words of the prompt. */
function numberAfter(asked: ChatRequest, words: string): number | null {
  const found = new RegExp(`${words} (\\d+)`).exec(promptOf(asked))?.[1]
  return found === undefined ? null : Number(found)
}

const toolResultsIn = ({ messages }: ChatRequest): number => messages.filter(({ role }) => role === 'tool').length

function answerTo(asked: ChatRequest) {
  const done = toolResultsIn(asked)
  const kib = numberAfter(asked, 'say')
  if (done >= TOOL_CALLS || /only answer/i.test(promptOf(asked))) {
    const words = kib === null ? 'All done.' : PIECE.repeat(Math.ceil((kib * 1024) / PIECE.length))
    return { message: { role: 'assistant', content: words }, finish_reason: 'stop' }
  }
  // Of a job with a tag, a number that no other call has: the tool gets nothing else.
  const call = {
    name: 'lookup',
    arguments: JSON.stringify({ n: (numberAfter(asked, 'tag') ?? 0) * TOOL_CALLS + done + 1 }),
  }
  const calls = [{ id: `call_${String(done)}`, type: 'function', function: call }]
  return { message: { role: 'assistant', content: null, tool_calls: calls }, finish_reason: 'tool_calls' }
}

const calls: Call[] = []

function writeDown(call: Pick<Call, 'tag' | 'kind' | 'call'>, response: ServerResponse): void {
  const written: Call = { ...call, at: Date.now(), answeredAt: null }
  calls.push(written)
  response.once('finish', () => {
    written.answeredAt = Date.now()
  })
}

/** Answers that are held; `null` when none is to be. */
let held: (() => void)[] | null = null

function send(response: ServerResponse, body: unknown): void {
  const json = JSON.stringify(body)
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) }).end(json)
}

/** One piece at once, the others by and by. */
async function stream(
  response: ServerResponse,
  { message, finish_reason }: ReturnType<typeof answerTo>,
): Promise<void> {
  const toolCalls = message.tool_calls?.map((call, index) => ({ index, ...call }))
  const text = message.content ?? ''
  const write = (chunk: object): void => {
    response.write(`data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', ...chunk })}\n\n`)
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const said = text === '' ? null : text.slice(0, PIECE.length)
  const delta = { ...message, content: said, ...(toolCalls && { tool_calls: toolCalls }) }
  write({ choices: [{ index: 0, delta, finish_reason: null }] })
  for (let at = PIECE.length; at < text.length; at += PIECE.length) {
    await new Promise((resolve) => setTimeout(resolve, PIECE_MS))
    write({ choices: [{ index: 0, delta: { content: text.slice(at, at + PIECE.length) }, finish_reason: null }] })
  }
  write({ choices: [{ index: 0, delta: {}, finish_reason }], usage })
  response.end('data: [DONE]\n\n')
}

function complete(asked: ChatRequest, response: ServerResponse): void {
  const tag = numberAfter(asked, 'tag')
  if (tag !== null) writeDown({ tag, kind: 'model', call: toolResultsIn(asked) + 1 }, response)
  const wait = numberAfter(asked, 'retry after')
  if (wait !== null) {
    response.writeHead(429, { 'content-type': 'application/json', 'retry-after': String(wait) }).end('{}')
    return
  }
  const answer = (): void => {
    const choice = answerTo(asked)
    if (asked.stream === true) void stream(response, choice)
    else
      send(response, { id: 'c', object: 'chat.completion', model: 'fake', choices: [{ index: 0, ...choice }], usage })
  }
  if (held) held.push(answer)
  else if (latencyMs > 0) setTimeout(answer, latencyMs)
  else answer()
}

function lookUp({ n }: { readonly n: number }, response: ServerResponse): void {
  const tag = Math.floor((n - 1) / TOOL_CALLS)
  if (tag > 0) writeDown({ tag, kind: 'tool', call: ((n - 1) % TOOL_CALLS) + 1 }, response)
  send(response, { ok: true, value: 'x'.repeat(200) })
}

function release(): void {
  const answers = held ?? []
  held = null
  for (const answer of answers) answer()
}

const routes: Readonly<Record<string, (response: ServerResponse, body: string) => void>> = {
  'GET /': (response) => {
    send(response, { status: 'up', held: held?.length ?? 0 })
  },
  'GET /calls': (response) => {
    send(response, calls)
  },
  'POST /hold': (response) => {
    held ??= []
    send(response, {})
  },
  'POST /release': (response) => {
    release()
    send(response, {})
  },
  'POST /tool': (response, body) => {
    lookUp(JSON.parse(body) as { n: number }, response)
  },
  'POST /v1/traces': (response) => {
    send(response, {})
  },
  'POST /v1/metrics': (response) => {
    send(response, {})
  },
  'POST /v1/chat/completions': (response, body) => {
    complete(JSON.parse(body) as ChatRequest, response)
  },
}

const server = createServer((request, response) => {
  const route = routes[`${String(request.method)} ${String(request.url)}`]
  void text(request).then((body) => {
    if (route) route(response, body)
    else response.writeHead(404).end()
  })
})
server.keepAliveTimeout = 600_000
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`listens on http://127.0.0.1:${String((server.address() as AddressInfo).port)}\n`)
})
