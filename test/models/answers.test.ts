import { afterEach, describe, expect, test } from 'vitest'
import { textOf } from '#domain/agent/message.ts'
import { requestOf } from '#test/contracts/model.contract.ts'
import { modelsAt, overAll } from '#test/support/fake-provider.ts'
import { type ProviderServer, beginEvents, startProviderServer } from '#test/support/provider-server.ts'
import { ANTHROPIC_ANSWERS } from './answers/anthropic.ts'
import { CHAT_CACHES } from './answers/chat-cache.ts'
import { CHAT_CALLS } from './answers/chat-calls.ts'
import { CHAT_ENDINGS } from './answers/chat-endings.ts'
import { CHAT_PIECES } from './answers/chat-pieces.ts'
import { CHAT_STREAMS } from './answers/chat-streams.ts'
import { CHAT_WORDS } from './answers/chat.ts'
import { ANTHROPIC_FORMS, CHAT_FORMS, OPENAI_FORMS } from './answers/forms.ts'
import { OPENAI_ANSWERS } from './answers/openai.ts'
import { ANTHROPIC_IN_OTHERS, CHAT_IN_OTHERS, OPENAI_IN_OTHERS } from './answers/other-formats.ts'
import { ANTHROPIC_PIECES } from './answers/anthropic-pieces.ts'
import { OPENAI_PIECES } from './answers/openai-pieces.ts'

// Servers answer in many dialects. Each of these answers must mean the same, watched or not, whatever carries it.

const NEVER = new AbortController().signal

const ROWS = [
  ...[CHAT_WORDS, CHAT_CACHES, CHAT_CALLS, CHAT_ENDINGS, CHAT_STREAMS, CHAT_PIECES, CHAT_FORMS, CHAT_IN_OTHERS]
    .flat()
    .map((row) => ({ ...row, model: 'openai-compatible/x' })),
  ...[ANTHROPIC_ANSWERS, ANTHROPIC_PIECES, ANTHROPIC_FORMS, ANTHROPIC_IN_OTHERS]
    .flat()
    .map((row) => ({ ...row, model: 'anthropic/claude-sonnet-4-5' })),
  ...[OPENAI_ANSWERS, OPENAI_PIECES, OPENAI_FORMS, OPENAI_IN_OTHERS]
    .flat()
    .map((row) => ({ ...row, model: 'openai/gpt-5-mini' })),
]

let server: ProviderServer
afterEach(() => server.close())

describe.each(overAll([{ model: 'all' }]))('over $transport', (transport) => {
  describe.each([{ isWatched: false }, { isWatched: true }])('watched: $isWatched', ({ isWatched }) => {
    test.each(ROWS)('$model: $what', async ({ model, answer, parts, reply, error }) => {
      server = await startProviderServer((response) => {
        if (Array.isArray(answer)) {
          beginEvents(response, answer as readonly object[])
          response.end()
        } else response.end(typeof answer === 'string' ? answer : JSON.stringify(answer))
      })
      const pieces: string[] = []
      const onText = (text: string): void => {
        pieces.push(text)
      }
      const options = { signal: NEVER, onText: isWatched ? onText : undefined }
      const call = modelsAt(server.url, { ...transport }).call(requestOf(model, 'hello'), options)
      if (error) {
        const { message = '', ...rest } = error
        await expect(call).rejects.toMatchObject({ ...rest, message: expect.stringContaining(message) as unknown })
        return
      }
      const told = await call
      expect(told).toMatchObject(reply ?? {})
      expect(told.message.parts).toMatchObject(parts ?? [])
      expect(told.message.parts).toHaveLength(parts?.length ?? 0)
      if (isWatched) expect(pieces.join('')).toBe(textOf(told.message))
    })
  })
})
