import { describe, expect, test } from 'vitest'
import { ModelRouter } from '#adapters/models/model-router.ts'
import { ScriptedModels, type Script, calls, says } from '#adapters/models/scripted-models.ts'
import { textOf, toolCallsOf } from '#domain/agent/message.ts'
import type { ModelReply, ModelRequest } from '#ports/model.ts'
import { requestOf } from '#test/contracts/model.contract.ts'

const { signal } = new AbortController()

function ask(script: Script, onText?: (text: string) => void): Promise<ModelReply> {
  return new ScriptedModels({ test: script }).call(requestOf('scripted/test', 'hello'), { signal, onText })
}

describe('a scripted model', () => {
  test.each(['  Two spaces before', 'One\n\ntwo  three\n', '   ', '', 'word'])(
    'streams %j without losing a space',
    async (text) => {
      const pieces: string[] = []
      const { message } = await ask(
        () => says(text),
        (piece) => pieces.push(piece),
      )
      expect(pieces.join('')).toBe(text)
      expect(textOf(message)).toBe(text)
      expect(pieces).not.toContain('')
    },
  )

  test('sees the request, and may take its time to answer', async () => {
    const seen: ModelRequest[] = []
    const { message } = await ask((request) => {
      seen.push(request)
      return Promise.resolve(says('Later'))
    })
    expect(textOf(message)).toBe('Later')
    expect(seen).toEqual([requestOf('scripted/test', 'hello')])
  })

  test('that is aborted while it takes its time rejects, and streams nothing', async () => {
    const leave = new AbortController()
    const pieces: string[] = []
    const models = new ScriptedModels({
      test: () => {
        leave.abort(new Error('The caller has left.'))
        return Promise.resolve(says('Too late'))
      },
    })
    const call = models.call(requestOf('scripted/test', 'hello'), {
      signal: leave.signal,
      onText: (piece) => pieces.push(piece),
    })
    await expect(call).rejects.toThrow('The caller has left.')
    expect(pieces).toEqual([])
  })

  test('numbers its calls the same way every time', async () => {
    const script = (): ReturnType<Script> =>
      calls([
        { name: 'lookup', input: { n: 1 } },
        { name: 'lookup', input: { n: 2 } },
      ])
    const answers = await Promise.all([ask(script), ask(script)])
    for (const { message, finishReason } of answers) {
      expect(toolCallsOf(message).map(({ id, input }) => [id, input])).toEqual([
        ['call_0', { n: 1 }],
        ['call_1', { n: 2 }],
      ])
      expect(finishReason).toBe('tool_calls')
    }
  })

  test('counts about four characters to a token', async () => {
    const short = await ask(() => says('x'.repeat(100)))
    const long = await ask(() => says('x'.repeat(500)))
    expect(long.usage.outputTokens - short.usage.outputTokens).toBe(100)
    expect(long.usage.inputTokens).toBe(short.usage.inputTokens)
    expect(long.usage.inputTokens).toBeGreaterThan(0)
  })

  test('that does not exist is not configured', async () => {
    const call = new ScriptedModels({ demo: () => says('Hi') }).call(requestOf('scripted/other', ''), { signal })
    await expect(call).rejects.toMatchObject({
      code: 'model_not_configured',
      message: 'There is no model "scripted/other". Scripted models: scripted/demo.',
    })
  })
})

test('the router sends scripted models to the scripts and all else to the others', async () => {
  const scripted = new ScriptedModels({ test: () => says('From a script') })
  const others = {
    call: (): Promise<ModelReply> => Promise.reject(new Error('From the others')),
    check: () => undefined,
  }
  const router = new ModelRouter({ scripted, others })
  expect(textOf((await router.call(requestOf('scripted/test', ''), { signal })).message)).toBe('From a script')
  await expect(router.call(requestOf('scriptedness/test', ''), { signal })).rejects.toThrow('From the others')
})
