import type { IncomingMessage, ServerResponse } from 'node:http'

export interface ChatRequest {
  readonly stream?: boolean
  readonly messages: readonly { readonly role: string; readonly content: unknown }[]
}

export interface ChatToolCall {
  readonly id: string
  readonly name: string
  readonly input: object
}

/** An answer in words, or calls of tools. */
export type ChatAnswer = string | readonly ChatToolCall[]

export async function readChatRequest(request: IncomingMessage): Promise<ChatRequest> {
  let body = ''
  for await (const chunk of request as AsyncIterable<Buffer>) body += chunk.toString()
  return JSON.parse(body) as ChatRequest
}

/** Answers in the wire format of OpenAI's chat completions, streamed if the request asked for that. */
export function answerChat(response: ServerResponse, { stream }: ChatRequest, answer: ChatAnswer): void {
  const id = { id: 'chatcmpl-1', created: 1, model: 'fake' }
  const usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 }
  const finish = typeof answer === 'string' ? 'stop' : 'tool_calls'
  if (stream !== true) {
    const choice = { index: 0, message: messageOf(answer), finish_reason: finish }
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ ...id, object: 'chat.completion', choices: [choice], usage }))
    return
  }
  response.setHeader('content-type', 'text/event-stream')
  const send = (choices: readonly object[], rest: object = {}): void => {
    response.write(`data: ${JSON.stringify({ ...id, object: 'chat.completion.chunk', choices, ...rest })}\n\n`)
  }
  send([{ index: 0, delta: messageOf(answer), finish_reason: null }])
  send([{ index: 0, delta: {}, finish_reason: finish }])
  send([], { usage })
  response.end('data: [DONE]\n\n')
}

function messageOf(answer: ChatAnswer): object {
  if (typeof answer === 'string') return { role: 'assistant', content: answer }
  const calls = answer.map(({ id, name, input }, index) => ({
    index,
    id,
    type: 'function',
    function: { name, arguments: JSON.stringify(input) },
  }))
  return { role: 'assistant', content: null, tool_calls: calls }
}
