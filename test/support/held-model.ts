import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerChat, readChatRequest } from './chat-completions.ts'

/** A model server (chat completions) that answers when it is told to, and counts what it was asked. */
export interface HeldModel {
  /** For `OPENAI_COMPATIBLE_BASE_URL`. */
  readonly url: string
  /** How many requests came in with so many tool results. */
  requests(toolResults: number): number
  /** Resolves when a request with so many tool results has come in and is held. */
  held(toolResults: number): Promise<void>
  /** Resolves when the caller of a held request has closed its connection. */
  readonly abandoned: Promise<unknown>
  /** Answers what is held, and from now on everything at once. */
  release(): void
  close(): void
}

/** Asks for `read_product` first, at once; its second answer is text, and is held. */
export async function startHeldModel(product: string): Promise<HeldModel> {
  const seen: number[] = []
  const waiting: (() => void)[] = []
  const arrivals = new Map<number, PromiseWithResolvers<undefined>>()
  const arrival = (results: number): PromiseWithResolvers<undefined> => {
    const known = arrivals.get(results) ?? Promise.withResolvers<undefined>()
    arrivals.set(results, known)
    return known
  }
  let open = false
  const abandonment = Promise.withResolvers<undefined>()

  const server = createServer((request, response) => {
    void readChatRequest(request).then((chat) => {
      const results = chat.messages.filter(({ role }) => role === 'tool').length
      seen.push(results)
      arrival(results).resolve(undefined)
      const read = [{ id: 'call_1', name: 'read_product', input: { handle: product } }]
      const answer = (): void => {
        answerChat(response, chat, results === 0 ? read : 'Done.')
      }
      response.on('close', () => {
        if (!response.writableEnded) abandonment.resolve(undefined)
      })
      if (open || results === 0) answer()
      else waiting.push(answer)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/v1`,
    requests: (results) => seen.filter((n) => n === results).length,
    held: async (results) => {
      await arrival(results).promise
    },
    abandoned: abandonment.promise,
    release: () => {
      open = true
      for (const answer of waiting.splice(0)) answer()
    },
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
