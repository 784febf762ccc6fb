import type { AssistantPart, ToolCall } from '#domain/agent/message.ts'
import { NO_USAGE } from '#domain/agent/usage.ts'
import type { ModelCallOptions, ModelReply, ModelRequest, Models } from '#ports/model.ts'

/** A model's answer: text, or calls of tools. */
export function answer(text: string): ModelReply {
  return reply([{ type: 'text', text }], 'stop')
}

export function asks(
  ...calls: readonly { readonly id: string; readonly name: string; readonly input?: ToolCall['input'] }[]
): ModelReply {
  return reply(
    calls.map(({ id, name, input = {} }) => ({ type: 'tool_call', id, name, input })),
    'tool_calls',
  )
}

function reply(parts: readonly AssistantPart[], finishReason: ModelReply['finishReason']): ModelReply {
  return {
    message: { role: 'assistant', parts },
    finishReason,
    usage: { ...NO_USAGE, inputTokens: 10, outputTokens: 5 },
  }
}

type Turn =
  ModelReply | Error | ((request: ModelRequest, options: ModelCallOptions) => ModelReply | Promise<ModelReply>)

/** A model that gives the listed answers in turn, whatever it is asked, and keeps what it was asked. */
export class ListedModel implements Models {
  readonly requests: ModelRequest[] = []
  readonly #turns: Turn[]

  constructor(...turns: Turn[]) {
    this.#turns = turns
  }

  check(): void {
    // It answers to any name.
  }

  async call(request: ModelRequest, options: ModelCallOptions): Promise<ModelReply> {
    this.requests.push(request)
    const turn = this.#turns.shift()
    if (turn === undefined) throw new Error('The model was called more often than the test foresaw.')
    if (turn instanceof Error) throw turn
    return typeof turn === 'function' ? turn(request, options) : turn
  }
}

/** A model that never answers. `asked` resolves with the signal of its call. */
export function hangingModel(): { readonly model: ListedModel; readonly asked: Promise<AbortSignal> } {
  const asked = Promise.withResolvers<AbortSignal>()
  const model = new ListedModel((_request, { signal }) => {
    asked.resolve(signal)
    return new Promise(() => undefined)
  })
  return { model, asked: asked.promise }
}
