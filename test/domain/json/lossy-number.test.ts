import { describe, expect, test } from 'vitest'
import { firstLossyNumber, parseLossyAsText } from '#domain/json/lossy-number.ts'

describe('a number in JSON that would be read as another one is found', () => {
  test.each([
    '1e999',
    '-1e999',
    '1E+400',
    '1e-400',
    '0.1e-999',
    '12345678901234567890',
    '-9007199254740993',
    '9007199254740993.0',
    '0.333333333333333333',
    '9.9999999999999999',
    `1${'0'.repeat(309)}`,
    `0.${'0'.repeat(400)}1`,
    '4.9406e-324',
    `1.${'1'.repeat(200)}`,
    `1.${'0'.repeat(500_000)}1`,
  ])('%.40s', (written) => {
    expect(firstLossyNumber(written)).toEqual({ path: [], written })
  })

  test('wherever it is, the first one', () => {
    const text = '{"a": "1e999", "b": [1, {"c d": [2, 1e999, 2e999]}], "e": 3e999}'
    expect(firstLossyNumber(text)).toEqual({ path: ['b', '1', 'c d', '1'], written: '1e999' })
  })

  test.each([
    ['{"a\\"b": {"x": [], "y": [{}, [true, null, "]", 1e999]]}}', ['a"b', 'y', '1', '3']],
    ['[{"a": 1}, {"b": "\\\\", "c":1e999}]', ['1', 'c']],
    ['[[1, 2], [], 1e999, {"\\u0061": 1}]', ['2']],
    ['{"a": [1, 2], "b": {"c": {}}, "d": 1e999}', ['d']],
    // Read as 1, but a reader that takes the first would get another one.
    ['{"a": 1e999, "a": 1}', ['a']],
  ])('by its place: %s', (text, path) => {
    JSON.parse(text)
    expect(firstLossyNumber(text)).toEqual({ path, written: '1e999' })
  })
})

describe('a number that keeps its value is none of our business', () => {
  test.each([
    '0',
    '-0.0',
    '0e999',
    '0.0000000000000000000000',
    '1e23',
    '1.7976931348623157e308',
    '5e-324',
    '9007199254740992',
    '100000000000000000000000.00',
    '0.1',
    // As C and PHP write doubles, and as they are exactly.
    '0.10000000000000001',
    '0.1000000000000000055511151231257827021181583404541015625',
    '1795419600123456',
    '"12345678901234567890"',
    '"1e999"',
    '{"1e999": 12}',
  ])('%s', (text) => {
    expect(firstLossyNumber(text)).toBeNull()
  })
})

test('a number that would be read as another one can be read as text, and any other stays a number', () => {
  const text = '{"id": 820982911946154508, "of": [9007199254740993, 9007199254740992, 0.1, "1e999", {"big": 1e999}]}'
  expect(parseLossyAsText(text)).toEqual({
    id: '820982911946154508',
    of: ['9007199254740993', 9007199254740992, 0.1, '1e999', { big: '1e999' }],
  })
})
