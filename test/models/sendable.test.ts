import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AssistantPart, Message } from '#domain/agent/message.ts'
import type { JsonValue } from '#domain/json/json.ts'
import { requestOf } from '#test/contracts/model.contract.ts'
import { FAMILIES, modelsAt } from '#test/support/fake-provider.ts'
import { type ProviderServer, startProviderServer } from '#test/support/provider-server.ts'

// What providers refuse to take is never sent, wherever it came from: the author, the caller, a tool, or the model itself.

const { signal } = new AbortController()
let server: ProviderServer

beforeEach(async () => {
  server = await startProviderServer((response) => response.writeHead(400).end())
})
afterEach(() => server.close())

async function sent(model: string, messages: readonly Message[], instructions = 'Be brief.'): Promise<unknown> {
  const request = { ...requestOf(model, 'hello'), instructions, messages }
  await expect(modelsAt(server.url).call(request, { signal })).rejects.toThrow('answered 400')
  return server.requests[0]?.body
}

/** Every text in `value`, however deep, with the name that it has there. */
function textsIn(value: unknown, name = ''): readonly (readonly [name: string, text: string])[] {
  if (typeof value === 'string') return [[name, value]]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([inner, member]) => textsIn(member, Array.isArray(value) ? name : inner))
}

const called = (parts: readonly AssistantPart[], input: JsonValue = { n: 1 }): Message => ({
  role: 'assistant',
  parts: [...parts, { type: 'tool_call', id: 'a', name: 'lookup', input }],
})
const result = (output: JsonValue, isError: boolean): Message => ({
  role: 'tool',
  results: [{ callId: 'a', name: 'lookup', isError, output }],
})
const user: Message = { role: 'user', text: 'hello' }

/** As each provider wants them back. */
const THOUGHTS: Readonly<Record<string, AssistantPart>> = {
  anthropic: { type: 'reasoning', text: 'thought', provider: { anthropic: { signature: 's' } } },
  openai: { type: 'reasoning', text: 'thought', provider: { openai: { itemId: 'r', reasoningEncryptedContent: 'e' } } },
}

describe.each(FAMILIES)('$family', ({ model }) => {
  test.each([
    ['what the caller says', [{ role: 'user', text: ' ' }]],
    ['what the model said', [user, called([{ type: 'text', text: '\n\n' }]), result('ok', false)]],
    ['all that the model said', [user, { role: 'assistant', parts: [{ type: 'text', text: ' ' }] }, user]],
    ['a result', [user, called([]), result('', false)]],
    ['an error', [user, called([]), result('\n', true)]],
  ] as [string, Message[]][])('is sent no blank text: %s', async (_, messages) => {
    const body = (await sent(model, messages, ' \n')) as { readonly messages?: unknown; readonly input?: unknown }
    const texts = textsIn(body.messages ?? body.input)
    expect(texts.filter(([, text]) => text.trim() === '')).toEqual([])
    expect(JSON.stringify(body)).not.toMatch(/"(?:content|system)":\[\]/)
    expect(body).not.toHaveProperty('system')
  })

  test.each([
    ['what the caller says', [{ role: 'user', text: 'a\ud83d' }]],
    ['what the model said', [user, called([{ type: 'text', text: '\ude00b' }]), result('ok', false)]],
    ['arguments', [user, called([], { 'a\ud83d': ['b\ud83d'] }), result('ok', false)]],
    ['arguments that could not be used', [user, called([], '{"a\ud83d'), result('ok', true)]],
    ['a result', [user, called([]), result('a\ud83d', false)]],
    ['a result in JSON', [user, called([]), result({ a: [{ 'b\ud83d': 'c\ud83d' }] }, false)]],
    ['an error', [user, called([]), result('a\ud83d', true)]],
  ] as [string, Message[]][])('is sent no half of a character: %s', async (_, messages) => {
    const wire = JSON.stringify(await sent(model, messages, 'Be brief.\ud83d'))
    expect(wire).toContain('\ufffd')
    expect(wire).not.toMatch(/\\u[dD][89a-fA-F]/)
  })

  test.each([
    ['that are all of an answer', []],
    ['at the end of an answer', [{ type: 'text', text: 'Half' }]],
    ['before a blank text', [{ type: 'text', text: 'Half' }], [{ type: 'text', text: '\n' }]],
  ] as [string, AssistantPart[], AssistantPart[]?][])(
    'is sent no thoughts that nothing follows: %s',
    async (_, before, after = []) => {
      const parts = [...before, ...Object.values(THOUGHTS), ...after]
      const wire = JSON.stringify(await sent(model, [user, { role: 'assistant', parts }, user]))
      expect(wire).not.toMatch(/thought|"content":""/)
      expect(wire.includes('Half')).toBe(before.length > 0)
    },
  )

  test('is sent its thoughts before a call', async () => {
    const wire = JSON.stringify(await sent(model, [user, called(Object.values(THOUGHTS)), result('ok', false)]))
    expect(wire).toContain('thought')
  })

  test('is sent whole characters, and what only looks like halves, as they are', async () => {
    const text = '😀 and \\ud83d'
    const wire = JSON.stringify(await sent(model, [{ role: 'user', text }, called([]), result({ text }, false)]))
    expect(wire).toContain(JSON.stringify(text).slice(1, -1))
    expect(wire).not.toContain('\ufffd')
  })

  test.each(['', 'functions.lookup', 'look up', 'x'.repeat(100)])(
    'is sent no name that it would refuse: "%s"',
    async (name) => {
      const call: Message = { role: 'assistant', parts: [{ type: 'tool_call', id: 'a', name, input: {} }] }
      const answer: Message = { role: 'tool', results: [{ callId: 'a', name, isError: true, output: 'No such tool.' }] }
      const names = textsIn(await sent(model, [user, call, answer])).filter(([member]) => member === 'name')
      expect(names.length).toBeGreaterThan(0)
      for (const [, sentName] of names) expect(sentName).toMatch(/^[\w-]{1,64}$/)
    },
  )
})

test('Anthropic gets ids of calls in its own letters, also where another provider has made them', async () => {
  const id = 'functions.lookup:0'
  const messages: readonly Message[] = [
    user,
    { role: 'assistant', parts: [{ type: 'tool_call', id, name: 'lookup', input: { n: 1 } }] },
    { role: 'tool', results: [{ callId: id, name: 'lookup', isError: false, output: 'found' }] },
  ]
  const body = textsIn(await sent('anthropic/claude-sonnet-4-5', messages))
  const [call, answer] = ['id', 'tool_use_id'].map((field) => body.find(([name]) => name === field)?.[1])
  expect(call).toMatch(/^[\w-]+$/)
  expect(answer).toBe(call)
})
