import { describe, expect, test } from 'vitest'
import { type AssistantMessage, toolCallsOf, withUniqueCallIds } from '#domain/agent/message.ts'

function answer(...ids: readonly string[]): AssistantMessage {
  return { role: 'assistant', parts: ids.map((id) => ({ type: 'tool_call', id, name: 'lookup', input: {} })) }
}

function idsOf(message: AssistantMessage): readonly string[] {
  return toolCallsOf(message).map(({ id }) => id)
}

describe('ids of calls', () => {
  test.each([
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
    [
      ['a', 'a'],
      ['a', 'a_2'],
    ],
    [
      ['', ''],
      ['call', 'call_2'],
    ],
    [['functions.lookup:0'], ['functions.lookup:0']],
    [['x'.repeat(65)], ['call']],
    [
      ['a\r\nx-admin: 1', 'a b', 'é', '\0'],
      ['call', 'call_2', 'call_3', 'call_4'],
    ],
  ])('%j become %j, which can be told apart and stand in a header', (given, ids) => {
    expect(idsOf(withUniqueCallIds(answer(...given), []))).toEqual(ids)
  })

  // With a search from the first copy for each this would take minutes.
  test('that are all the same get new ids as fast as others', () => {
    const ids = idsOf(withUniqueCallIds(answer(...new Array<string>(100_000).fill('a')), []))
    expect(new Set(ids).size).toBe(100_000)
  })

  test('are other than those of earlier answers', () => {
    expect(idsOf(withUniqueCallIds(answer('a'), [answer('a')]))).toEqual(['a_2'])
  })
})
