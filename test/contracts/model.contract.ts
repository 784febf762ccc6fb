import { deepStrictEqual, ok, rejects, strictEqual, throws } from 'node:assert/strict'
import { textOf, toolCallsOf } from '#domain/agent/message.ts'
import type { ModelRequest, Models } from '#ports/model.ts'
import type { ContractCase } from './contract.ts'

/** `model` answers "hello" with a sentence, and "one tool" with one call of the tool that it is offered. */
export interface ModelSubject {
  readonly models: Models
  readonly model: string
}

export const LOOKUP = {
  name: 'lookup',
  description: 'Look something up.',
  inputSchema: { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] },
} as const

export function requestOf(model: string, text: string): ModelRequest {
  return {
    model,
    instructions: 'Be brief.',
    messages: [{ role: 'user', text }],
    tools: [LOOKUP],
    output: null,
    settings: {},
  }
}

const signal = new AbortController().signal

export const modelContract: readonly ContractCase<ModelSubject>[] = [
  {
    name: 'answers in words, and says what that took',
    async run({ models, model }) {
      const { message, finishReason, usage } = await models.call(requestOf(model, 'hello'), { signal })
      ok(textOf(message).length > 20)
      strictEqual(finishReason, 'stop')
      ok(usage.inputTokens > 0 && usage.outputTokens > 0)
    },
  },
  {
    name: 'streams the very text that it answers, in more than one piece',
    async run({ models, model }) {
      const pieces: string[] = []
      const onText = (piece: string): void => {
        pieces.push(piece)
      }
      const { message } = await models.call(requestOf(model, 'hello'), { signal, onText })
      ok(pieces.length > 1)
      strictEqual(pieces.join(''), textOf(message))
    },
  },
  {
    name: 'asks for a tool with arguments that are read already, streamed or not',
    async run({ models, model }) {
      for (const onText of [undefined, () => undefined]) {
        const { message, finishReason } = await models.call(requestOf(model, 'one tool'), { signal, onText })
        deepStrictEqual(
          toolCallsOf(message).map(({ name, input }) => ({ name, input })),
          [{ name: 'lookup', input: { n: 1 } }],
        )
        strictEqual(finishReason, 'tool_calls')
      }
    },
  },
  {
    name: 'what it answers survives the journal',
    async run({ models, model }) {
      const { message } = await models.call(requestOf(model, 'one tool'), { signal })
      deepStrictEqual(JSON.parse(JSON.stringify(message)), message)
    },
  },
  {
    name: 'an aborted call rejects with the reason of the abort',
    async run({ models, model }) {
      const gone = AbortSignal.abort(new Error('The caller has left.'))
      await rejects(models.call(requestOf(model, 'hello'), { signal: gone }), { message: 'The caller has left.' })
    },
  },
  {
    name: 'an unknown model rejects and says what there is',
    async run({ models, model }) {
      const provider = model.startsWith('scripted/') ? 'scripted' : 'nobody'
      const unknown = models.call(requestOf(`${provider}/unknown`, 'hello'), { signal })
      const refusal = { code: 'model_not_configured', message: /scripted|Known providers: anthropic/ }
      await rejects(unknown, refusal)
      throws(() => {
        models.check(`${provider}/unknown`)
      }, refusal)
      models.check(model)
    },
  },
]
