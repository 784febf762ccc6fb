import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

interface ChatRequest {
  readonly messages: readonly { readonly role: string; readonly content: unknown }[]
}

/** A model server (chat completions) that plays the copywriter, and keeps what it was asked, in order. */
export interface CountingModel {
  readonly url: string
  /** For every product the steps that were asked for, in order: 0 before the product is read, 1 before the drafts are saved, 2 at the end. */
  steps(): ReadonlyMap<string, readonly number[]>
  /** Resolves when so many requests have come in altogether. */
  asked(count: number): Promise<void>
  close(): void
}

/** Every answer takes `delayMs`, so that there is always something under way to be killed. */
export async function startCountingModel(delayMs: number): Promise<CountingModel> {
  const steps = new Map<string, number[]>()
  const waiting: { readonly count: number; readonly resolve: () => void }[] = []
  let total = 0
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      const { messages } = JSON.parse(body) as ChatRequest
      const product = /"product\\*":\\*"([a-z0-9-]+)/.exec(JSON.stringify(messages))?.[1] ?? 'unknown'
      const step = messages.filter(({ role }) => role === 'assistant').length
      steps.set(product, [...(steps.get(product) ?? []), step])
      total++
      for (const { count, resolve } of waiting) if (total >= count) resolve()
      setTimeout(() => {
        response.setHeader('content-type', 'application/json')
        response.end(JSON.stringify(completion(step, product)))
      }, delayMs)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/v1`,
    steps: () => steps,
    asked: (count) =>
      new Promise((resolve) => {
        if (total >= count) resolve()
        else waiting.push({ count, resolve })
      }),
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

function completion(step: number, product: string): object {
  const message =
    step === 2
      ? { role: 'assistant', content: 'Done.' }
      : { role: 'assistant', content: null, tool_calls: calls(step, product) }
  const choice = { index: 0, message, finish_reason: step === 2 ? 'stop' : 'tool_calls' }
  const usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 }
  return { id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: 'fake', choices: [choice], usage }
}

function calls(step: number, product: string): object[] {
  if (step === 0) return [call('call_read', 'read_product', { handle: product })]
  return ['sv', 'en'].map((language) =>
    call(`call_${language}`, 'save_draft', { handle: product, language, text: 'Fin.' }),
  )
}

function call(id: string, name: string, input: object): object {
  return { id, type: 'function', function: { name, arguments: JSON.stringify(input) } }
}
