// The physical neighbour: the same loop in memory with bare fetch, and nothing that survives anything.

import { createServer } from 'node:http'
import { type AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

const model = process.env['BENCH_MODEL_URL'] ?? ''
const tools = [
  {
    type: 'function',
    function: {
      name: 'lookup',
      parameters: { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] },
    },
  },
]

interface ToolCall {
  readonly id: string
  readonly function: { readonly name: string; readonly arguments: string }
}

interface Completion {
  readonly choices: readonly [
    { readonly message: { readonly content: string | null; readonly tool_calls?: readonly ToolCall[] } },
  ]
}

async function post(path: string, body: unknown): Promise<unknown> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  return (await fetch(model + path, init)).json()
}

async function turn(input: string): Promise<string> {
  const messages: unknown[] = [
    { role: 'system', content: 'Use the tool.' },
    { role: 'user', content: input },
  ]
  for (;;) {
    const { choices } = (await post('/v1/chat/completions', { model: 'fake', messages, tools })) as Completion
    const { message } = choices[0]
    messages.push(message)
    if (!message.tool_calls) return message.content ?? ''
    for (const { id, function: call } of message.tool_calls) {
      const result = await post('/tool', JSON.parse(call.arguments))
      messages.push({ role: 'tool', tool_call_id: id, content: JSON.stringify(result) })
    }
  }
}

const jobs = new Map<string, { id: string; status: string; output?: string }>()
let count = 0

const server = createServer((request, response) => {
  void text(request).then((body) => {
    const [, , id] = (request.url ?? '').split('/')
    if (request.method === 'POST') {
      const job = { id: `job_${String(++count)}`, status: 'queued', output: '' }
      jobs.set(job.id, job)
      setImmediate(() => {
        void turn((JSON.parse(body) as { input: string }).input).then((output) => {
          job.output = output
          job.status = 'completed'
        })
      })
      response.writeHead(202, { 'content-type': 'application/json' }).end(JSON.stringify(job))
    } else {
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify(jobs.get(id ?? '') ?? { status: 'up' }))
    }
  })
})
server.keepAliveTimeout = 600_000
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`listens on http://127.0.0.1:${String((server.address() as AddressInfo).port)}\n`)
})
