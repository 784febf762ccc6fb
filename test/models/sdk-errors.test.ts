import { APICallError, InvalidPromptError, UnsupportedFunctionalityError } from '@ai-sdk/provider'
import { describe, expect, test } from 'vitest'
import { failureFrom } from '#adapters/models/failure.ts'
import { replyFrom } from '#adapters/models/reply.ts'

const context = { model: 'openai/x', secrets: [], now: 0 }
const CALL = { url: 'http://127.0.0.1', requestBodyValues: {} }

describe('an error that no provider answered', () => {
  test.each([
    ['a connection that broke in workerd', new TypeError('Network connection lost.'), true],
    ['an answer that is no JSON', new SyntaxError('Unexpected token'), true],
    ['a whole answer of another shape', new APICallError({ ...CALL, message: 'Invalid', statusCode: 200 }), true],
    ['no connection', new APICallError({ ...CALL, message: 'Cannot connect', isRetryable: true }), true],
    ['an answer in another API', new APICallError({ ...CALL, message: 'Mismatch', isRetryable: false }), false],
    ['a prompt the SDK refuses', new InvalidPromptError({ prompt: [], message: 'No' }), false],
    ['a feature the SDK lacks', new UnsupportedFunctionalityError({ functionality: 'tools' }), false],
  ])('%s', (_, error, retryable) => {
    expect(failureFrom(error, context)).toMatchObject({ code: 'model_failed', retryable })
  })
})

describe('the message', () => {
  test.each([
    ['an error', new Error('Gone'), 'openai/x brought no usable answer: Gone.'],
    ['an object', { message: 'Gone!' }, 'openai/x brought no usable answer: Gone!'],
    ['a text', 'Gone', 'openai/x brought no usable answer: Gone.'],
    ['nothing', undefined, 'openai/x brought no usable answer.'],
    ['no words', new APICallError({ ...CALL, message: '', statusCode: 502 }), 'openai/x answered 502.'],
    ['several lines', new Error('Gone\n  for good'), 'openai/x brought no usable answer: Gone for good.'],
  ])('of %s is a sentence', (_, error, message) => {
    expect(failureFrom(error, context).message).toBe(message)
  })

  test('holds no part of a key that begins like another, and an empty key spoils nothing', () => {
    const error = new Error('Not valid: sk-1-2')
    expect(failureFrom(error, { ...context, secrets: ['', 'sk-1', 'sk-1-2'] }).message).toBe(
      'openai/x brought no usable answer: Not valid: [redacted].',
    )
  })
})

test('a wait without end is no wait', () => {
  const error = new APICallError({
    ...CALL,
    message: 'No',
    statusCode: 429,
    responseHeaders: { 'retry-after': 'Infinity' },
  })
  expect(failureFrom(error, context)).toMatchObject({ retryable: true, retryAfterMs: undefined })
})

test('a text that was begun and left empty is no part of the answer, unless the provider wants it back', () => {
  const { message } = replyFrom({
    content: [
      { type: 'text', text: '' },
      { type: 'reasoning', text: '', providerMetadata: { anthropic: { redactedData: 'xyz' } } },
    ],
    finishReason: { unified: 'stop', raw: undefined },
    usage: {
      inputTokens: { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
      outputTokens: { total: undefined, text: undefined, reasoning: undefined },
    },
  })
  expect(message.parts).toEqual([{ type: 'reasoning', text: '', provider: { anthropic: { redactedData: 'xyz' } } }])
})
