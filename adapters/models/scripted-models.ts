import type { AssistantPart } from '#domain/agent/message.ts'
import { NO_USAGE } from '#domain/agent/usage.ts'
import { UnknownModelError } from '#domain/model/errors.ts'
import type { JsonValue } from '#domain/json/json.ts'
import type { ModelCallOptions, ModelReply, ModelRequest, Models } from '#ports/model.ts'

/** What a scripted model answers to a request. Build the answer with `says` or `calls`; its usage is estimated. */
export type Script = (request: ModelRequest) => ScriptedAnswer | Promise<ScriptedAnswer>

export type ScriptedAnswer = Pick<ModelReply, 'message' | 'finishReason'>

/** An answer in words, or in JSON for an agent with an output schema. */
export function says(answer: JsonValue): ScriptedAnswer {
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer)
  return { message: { role: 'assistant', parts: [{ type: 'text', text }] }, finishReason: 'stop' }
}

/** An answer that asks for tools. */
export function calls(tools: readonly { readonly name: string; readonly input: JsonValue }[]): ScriptedAnswer {
  const parts = tools.map(({ name, input }, index): AssistantPart => ({
    type: 'tool_call',
    id: `call_${String(index)}`,
    name,
    input,
  }))
  return { message: { role: 'assistant', parts }, finishReason: 'tool_calls' }
}

/** Models that follow a script, named `scripted/…`: for offline use, demos and tests. They cost nothing and need no network. */
export class ScriptedModels implements Models {
  readonly #scripts: ReadonlyMap<string, Script>

  constructor(scripts: Readonly<Record<string, Script>>) {
    this.#scripts = new Map(Object.entries(scripts).map(([name, script]) => [`scripted/${name}`, script]))
  }

  check(model: string): void {
    this.#script(model)
  }

  async call(request: ModelRequest, { signal, onText }: ModelCallOptions): Promise<ModelReply> {
    signal.throwIfAborted()
    const { message, finishReason } = await this.#script(request.model)(request)
    signal.throwIfAborted()
    for (const part of message.parts) {
      if (part.type === 'text' && onText) for (const piece of part.text.match(/\s*\S+\s*|\s+/g) ?? []) onText(piece)
    }
    const inputTokens = estimatedTokens([request.instructions, request.messages])
    return {
      message,
      finishReason,
      usage: { ...NO_USAGE, inputTokens, outputTokens: estimatedTokens(message) },
    }
  }

  #script(model: string): Script {
    const script = this.#scripts.get(model)
    if (script) return script
    const known = [...this.#scripts.keys()].join(', ')
    throw new UnknownModelError(`There is no model "${model}". Scripted models: ${known}.`)
  }
}

/** About four characters to a token, as English has them. */
function estimatedTokens(value: JsonValue | object): number {
  return Math.ceil(JSON.stringify(value).length / 4)
}
