import { describe, expect, test } from 'vitest'
import { isTextTooDeep, isTooDeep } from '#domain/json/depth.ts'

const nested = (levels: number, inner = '1'): string => `${'['.repeat(levels)}${inner}${']'.repeat(levels)}`

describe('a text is as deep as its value', () => {
  test.each([
    ['100 levels', nested(100)],
    ['101 levels', nested(101)],
    ['lists and objects', `${'[{"a":'.repeat(51)}1${'}]'.repeat(51)}`],
    ['many beside each other', `[${'[],{},'.repeat(200)}1]`],
    ['brackets in a string', JSON.stringify('['.repeat(200))],
    ['brackets in a name', JSON.stringify({ ['{'.repeat(200)]: 1 })],
    ['a string with quotes and backslashes', JSON.stringify(['\\"', '\\', '"'.repeat(3), '['.repeat(200)])],
    ['a level after such a string', nested(100, '["\\\\", []]')],
  ])('%s', (_name, text) => {
    expect(isTextTooDeep(text)).toBe(isTooDeep(JSON.parse(text)))
  })
})

test.each(['['.repeat(101), '{"a":'.repeat(101), `"unended ${'['.repeat(200)}`, ']'.repeat(200)])(
  'a text that is no JSON has a depth too: %.20s',
  (text) => {
    expect(isTextTooDeep(text)).toBe(!text.startsWith('"') && !text.startsWith(']'))
  },
)
