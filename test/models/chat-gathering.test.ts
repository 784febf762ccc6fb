import { expect, test } from 'vitest'
import { ChatGathering } from '#adapters/models/chat-gathering.ts'
import { fromFirstWord } from '#adapters/models/live-text.ts'

// Each piece takes as long as the first. With a look at all that came before, these would take minutes.

const MANY = 50_000

test('a stream of many calls is gathered', () => {
  const gathering = new ChatGathering(() => undefined)
  for (let index = 0; index < MANY; index++) {
    const call = { index, id: `call_${String(index)}`, function: { name: 'lookup', arguments: '{}' } }
    gathering.take({ choices: [{ delta: { tool_calls: [call] } }] })
  }
  expect(gathering.body()).toMatchObject({ choices: [{ message: { tool_calls: { length: MANY } } }] })
})

test('a text that begins with much white space is passed on whole', () => {
  const said: string[] = []
  const say = fromFirstWord((piece) => said.push(piece))
  for (let count = 0; count < MANY; count++) say(' ')
  say('ok')
  expect(said).toEqual([`${' '.repeat(MANY)}ok`])
})
