// A model that answers at once, or after BENCH_LATENCY_MS: chat completions, streamed or not. It asks for the tool twice, then answers.
// POST /tool is the tool's other side. Printed: its address.

import { type ServerResponse, createServer } from 'node:http'
import { type AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

const TOOL_CALLS = 2
const latencyMs = Number(process.env['BENCH_LATENCY_MS'] ?? '0')

interface ChatRequest {
  readonly stream?: boolean
  readonly messages: readonly { readonly role: string }[]
}

const usage = { prompt_tokens: 120, completion_tokens: 20, total_tokens: 140 }

function answerTo({ messages }: ChatRequest) {
  const done = messages.filter(({ role }) => role === 'tool').length
  if (done >= TOOL_CALLS) return { message: { role: 'assistant', content: 'All done.' }, finish_reason: 'stop' }
  const call = { name: 'lookup', arguments: JSON.stringify({ n: done + 1 }) }
  const calls = [{ id: `call_${String(done)}`, type: 'function', function: call }]
  return { message: { role: 'assistant', content: null, tool_calls: calls }, finish_reason: 'tool_calls' }
}

function send(response: ServerResponse, body: unknown): void {
  const json = JSON.stringify(body)
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) }).end(json)
}

function stream(response: ServerResponse, { message, finish_reason }: ReturnType<typeof answerTo>): void {
  const calls = message.tool_calls?.map((call, index) => ({ index, ...call }))
  const chunks = [
    { choices: [{ index: 0, delta: { ...message, ...(calls && { tool_calls: calls }) }, finish_reason: null }] },
    { choices: [{ index: 0, delta: {}, finish_reason }], usage },
  ]
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const chunk of chunks)
    response.write(`data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', ...chunk })}\n\n`)
  response.end('data: [DONE]\n\n')
}

const server = createServer((request, response) => {
  void text(request).then((body) => {
    if (request.method === 'GET') {
      send(response, { status: 'up' })
      return
    }
    if (request.url === '/tool') {
      send(response, { ok: true, value: 'x'.repeat(200) })
      return
    }
    const asked = JSON.parse(body) as ChatRequest
    const answer = (): void => {
      const choice = answerTo(asked)
      if (asked.stream === true) stream(response, choice)
      else
        send(response, { id: 'c', object: 'chat.completion', model: 'fake', choices: [{ index: 0, ...choice }], usage })
    }
    if (latencyMs > 0) setTimeout(answer, latencyMs)
    else answer()
  })
})
server.keepAliveTimeout = 600_000
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`listens on http://127.0.0.1:${String((server.address() as AddressInfo).port)}\n`)
})
