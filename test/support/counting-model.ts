import { type ChatAnswer, answerChat } from './chat-completions.ts'
import type { ChatModel } from './model-server.ts'

/** A model that plays the copywriter, and keeps what it was asked, in order. */
export interface CountingModel extends ChatModel {
  /** For every product the steps that were asked for, in order: 0 before the product is read, 1 before the drafts are saved, 2 at the end. */
  steps(): ReadonlyMap<string, readonly number[]>
  /** Resolves when so many requests have come in altogether. */
  asked(count: number): Promise<void>
}

/** Every answer takes `delayMs`, so that there is always something under way to be killed. */
export function countingModel(delayMs: number): CountingModel {
  const steps = new Map<string, number[]>()
  const waiting: { readonly count: number; readonly resolve: () => void }[] = []
  let total = 0
  return {
    answer: (response, chat) => {
      const product = /"product\\*":\\*"([a-z0-9-]+)/.exec(JSON.stringify(chat.messages))?.[1] ?? 'unknown'
      const step = chat.messages.filter(({ role }) => role === 'assistant').length
      steps.set(product, [...(steps.get(product) ?? []), step])
      total++
      for (const { count, resolve } of waiting) if (total >= count) resolve()
      setTimeout(() => {
        answerChat(response, chat, answerTo(step, product))
      }, delayMs)
    },
    steps: () => steps,
    asked: (count) =>
      new Promise((resolve) => {
        if (total >= count) resolve()
        else waiting.push({ count, resolve })
      }),
  }
}

function answerTo(step: number, product: string): ChatAnswer {
  if (step === 2) return 'Done.'
  if (step === 0) return [{ id: 'call_read', name: 'read_product', input: { handle: product } }]
  return ['sv', 'en'].map((language) => ({
    id: `call_${language}`,
    name: 'save_draft',
    input: { handle: product, language, text: 'Fin.' },
  }))
}
