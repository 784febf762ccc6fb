import { type ChatRequest, answerChat } from './chat-completions.ts'
import type { ChatModel } from './model-server.ts'

/** A model whose second answer waits for the test, and which counts its requests. */
export interface HeldModel extends ChatModel {
  /** How many requests came in with so many tool results. */
  requests(toolResults: number): number
  /** Resolves when a request with so many tool results has come in and is held. */
  held(toolResults: number): Promise<void>
  /** Resolves when the caller of a held request has closed its connection. */
  readonly abandoned: Promise<unknown>
  /** Answers what is held, and from now on everything at once. */
  release(): void
}

const READ = [{ id: 'call_1', name: 'read_product', input: { handle: 'linen-apron' } }]

/** Asks for `read_product` first, at once; its second answer is text, and is held. */
export function heldModel(): HeldModel {
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

  return {
    answer: (response, chat) => {
      const results = toolResultsIn(chat)
      seen.push(results)
      arrival(results).resolve(undefined)
      const answer = (): void => {
        answerChat(response, chat, results === 0 ? READ : 'Done.')
      }
      response.on('close', () => {
        if (!response.writableEnded) abandonment.resolve(undefined)
      })
      if (open || results === 0) answer()
      else waiting.push(answer)
    },
    requests: (results) => seen.filter((n) => n === results).length,
    held: async (results) => {
      await arrival(results).promise
    },
    abandoned: abandonment.promise,
    release: () => {
      open = true
      for (const answer of waiting.splice(0)) answer()
    },
  }
}

function toolResultsIn({ messages }: ChatRequest): number {
  return messages.filter(({ role }) => role === 'tool').length
}
