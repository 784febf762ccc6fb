import { describe, expect, test } from 'vitest'
import { endingFrom } from '#adapters/models/finish-reason.ts'
import { replyFrom } from '#adapters/models/reply.ts'
import type { AssistantPart } from '#domain/agent/message.ts'
import { NO_USAGE } from '#domain/agent/usage.ts'

const said: AssistantPart = { type: 'text', text: 'Hej' }
const called: AssistantPart = { type: 'tool_call', id: 'a', name: 'lookup', input: { n: 1 } }

function reply(parts: readonly AssistantPart[], finish: string, error?: unknown): ReturnType<typeof replyFrom> {
  return replyFrom({ parts, finish, usage: NO_USAGE, error })
}

describe('the word for the end', () => {
  test('may be long', () => {
    expect(endingFrom('max_'.repeat(500_000))).toBe('other')
  })

  test.each([
    ['stop', 'stop'],
    ['STOP', 'stop'],
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['eos', 'stop'],
    ['completed', 'stop'],
    ['tool_calls', 'tool_calls'],
    ['tool_use', 'tool_calls'],
    ['function_call', 'tool_calls'],
    ['tool-calls', 'tool_calls'],
    ['length', 'length'],
    ['max_tokens', 'length'],
    ['MAX_TOKENS', 'length'],
    ['FINISH_REASON_MAX_TOKENS', 'length'],
    ['max_output_tokens', 'length'],
    ['model_length', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['content_filter', 'content_filter'],
    ['refusal', 'content_filter'],
    ['SAFETY', 'content_filter'],
    ['error', 'error'],
    ['failed', 'error'],
    ['cancelled', 'error'],
    ['in_progress', 'error'],
    ['insufficient_system_resource', 'error'],
    ['malformed_function_call', 'error'],
    ['pause_turn', 'other'],
    ['incomplete', 'other'],
    ['banana', 'other'],
    ['constructor', 'other'],
    ['', 'other'],
  ])('"%s" means %s', (word, ending) => {
    expect(endingFrom(word)).toBe(ending)
  })
})

describe('an answer', () => {
  test.each([
    ['stop', 'stop'],
    ['length', 'length'],
    ['refusal', 'content_filter'],
    ['banana', 'other'],
  ])('in words that ended by "%s" is told as %s, with that word', (finish, finishReason) => {
    expect(reply([said], finish)).toMatchObject({ finishReason, rawFinishReason: finish, message: { parts: [said] } })
  })

  test('without a word for its end is told as other', () => {
    const answer = reply([said], '')
    expect(answer.finishReason).toBe('other')
    expect(answer).not.toHaveProperty('rawFinishReason')
  })

  test('keeps no long word', () => {
    expect(reply([said], 'x'.repeat(10_000)).rawFinishReason?.length).toBe(100)
  })

  test.each([['stop'], ['tool_calls'], ['']])('that calls a tool and ended by "%s" keeps its calls', (finish) => {
    expect(reply([said, called], finish).message.parts).toEqual([said, called])
  })

  test('that calls a tool and says that it stopped has ended to call tools', () => {
    expect(reply([called], 'stop').finishReason).toBe('tool_calls')
  })

  test.each([
    ['length', [said, called, { ...called, id: 'b' }], [said, called]],
    ['length', [called, said], [called, said]],
    ['content_filter', [called, said, called], [said]],
  ])('that was cut by %s loses the calls that may be cut', (finish, parts, kept) => {
    expect(reply(parts, finish).message.parts).toEqual(kept)
  })

  test.each(['length', 'refusal'])('may be empty when it says why: %s', (finish) => {
    expect(reply([], finish).message.parts).toEqual([])
  })

  test.each([
    [[], 'stop', 'The answer was empty'],
    [[{ type: 'text', text: ' \n' }], 'stop', 'The answer was empty'],
    [[{ type: 'reasoning', text: 'Hm' }], 'stop', 'The answer was empty'],
    [[], 'banana', 'The answer was empty'],
    [[said], 'tool_calls', 'called none'],
    [[said], 'error', 'ended early (error)'],
    [[called], 'cancelled', 'ended early (cancelled)'],
  ] as const)('%j that ended by "%s" is none: %s', (parts, finish, message) => {
    expect(() => reply(parts, finish)).toThrow(message)
  })

  test("that ends in an error throws the provider's words", () => {
    expect(() => reply([said], 'error', { code: 502, message: 'Upstream error' })).toThrow('Upstream error')
  })

  test('loses blank texts, but not the reasoning that the provider wants back', () => {
    const wanted: AssistantPart = { type: 'reasoning', text: '', provider: { anthropic: { redactedData: 'xyz' } } }
    const parts: AssistantPart[] = [{ type: 'text', text: '\n\n' }, { type: 'reasoning', text: '' }, wanted, called]
    expect(reply(parts, 'tool_use').message.parts).toEqual([wanted, called])
  })
})
