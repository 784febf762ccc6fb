import { APICallError } from '@ai-sdk/provider'
import { describe, expect, test } from 'vitest'
import { failureFrom } from '#adapters/models/failure.ts'
import { replyFrom } from '#adapters/models/reply.ts'
import { CanceledError } from '#domain/errors.ts'

const NOW = Date.UTC(2026, 10, 23, 12)
const context = { model: 'openai/x', secrets: [], now: NOW }

function refused(statusCode: number, responseHeaders: Record<string, string> = {}, message = 'No'): APICallError {
  return new APICallError({ message, statusCode, responseHeaders, url: 'http://127.0.0.1', requestBodyValues: {} })
}

describe('a failure', () => {
  test.each([
    [408, true],
    [409, true],
    [429, true],
    [500, true],
    [503, true],
    [529, true],
    [400, false],
    [401, false],
    [403, false],
    [404, false],
    [422, false],
  ])('with status %i is worth another try: %s', (status, retryable) => {
    expect(failureFrom(refused(status), context)).toMatchObject({ retryable })
  })

  test.each([
    [{ 'retry-after': '3' }, 3000],
    [{ 'retry-after': 'Mon, 23 Nov 2026 12:00:05 GMT' }, 5000],
    [{ 'retry-after': 'Mon, 23 Nov 2026 11:00:00 GMT' }, 0],
    [{ 'retry-after': '3', 'retry-after-ms': '2500' }, 2500],
    [{ 'retry-after': 'soon' }, undefined],
    [{}, undefined],
  ])('with %o asks for %s ms', (headers, ms) => {
    expect(failureFrom(refused(429, headers), context)).toMatchObject({ retryAfterMs: ms })
  })

  test('keeps its message within bounds', () => {
    expect(failureFrom(refused(400, {}, 'x'.repeat(10_000)), context).message.length).toBeLessThan(600)
  })

  test('that is ours already stays what it is', () => {
    const error = new CanceledError()
    expect(failureFrom(error, context)).toBe(error)
  })
})

describe('an answer', () => {
  const usage = {
    inputTokens: { total: 5, noCache: 2, cacheRead: 3, cacheWrite: 0 },
    outputTokens: { total: 4, text: 3, reasoning: 1 },
  }

  test.each([
    ['stop', 'stop'],
    ['length', 'length'],
    ['content-filter', 'content_filter'],
    ['tool-calls', 'tool_calls'],
    ['other', 'other'],
  ] as const)('that ended by %s: %s', (unified, finishReason) => {
    expect(replyFrom({ content: [], finishReason: { unified, raw: undefined }, usage })).toMatchObject({ finishReason })
  })

  test.each(['error', 'interrupted'] as const)('that ended by %s is none', (unified) => {
    expect(() => replyFrom({ content: [], finishReason: { unified, raw: undefined }, usage })).toThrow('ended early')
  })

  test('counts what was cached and what was thought', () => {
    const reply = replyFrom({ content: [], finishReason: { unified: 'stop', raw: undefined }, usage })
    expect(reply.usage).toEqual({ inputTokens: 5, cachedInputTokens: 3, outputTokens: 4, reasoningTokens: 1 })
  })

  test.each([
    ['{"n":1}', { n: 1 }],
    ['', {}],
    ['{"n":', '{"n":'],
  ])('with arguments %s passes on %o', (input, expected) => {
    const call = { type: 'tool-call', toolCallId: 'a', toolName: 'lookup', input } as const
    const reply = replyFrom({ content: [call], finishReason: { unified: 'tool-calls', raw: undefined }, usage })
    expect(reply.message.parts).toEqual([{ type: 'tool_call', id: 'a', name: 'lookup', input: expected }])
  })
})
