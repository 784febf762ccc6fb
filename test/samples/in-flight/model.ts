import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type ChatRequest, answerChat, readChatRequest } from '#test/support/chat-completions.ts'

export interface InFlightModel {
  /** For `OPENAI_COMPATIBLE_BASE_URL`. */
  readonly url: string
  /** How many requests it has left without an answer. */
  held(): number
  close(): void
}

/** The input of a job says what its agent does: a tool to call, `answer` or `fail`. The answer after a tool's result is text. */
export async function startModel({ holds }: { readonly holds: boolean }): Promise<InFlightModel> {
  let held = 0
  const server = createServer((request, response) => {
    void readChatRequest(request).then((chat) => {
      const wanted = wantedBy(chat)
      if (holds && wanted === 'answer') held++
      else if (holds && wanted === 'fail') response.writeHead(503, { 'retry-after': '60' }).end()
      else if (['look', 'save', 'send'].includes(wanted))
        answerChat(response, chat, [{ id: 'call_1', name: wanted, input: {} }])
      else answerChat(response, chat, 'Done.')
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/v1`,
    held: () => held,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

function wantedBy({ messages }: ChatRequest): string {
  if (messages.some(({ role }) => role === 'tool')) return 'text'
  const asked = JSON.stringify(messages.find(({ role }) => role === 'user')?.content ?? '')
  return /answer|fail|look|save|send/.exec(asked)?.[0] ?? 'text'
}
