import { expect, test } from 'vitest'
import { parseInput } from '#adapters/cli/input.ts'

test('JSON is JSON, anything else is a sentence', () => {
  expect(parseInput('{"a": [1, "x"]}')).toEqual({ a: [1, 'x'] })
  expect(parseInput('12')).toBe(12)
  expect(parseInput('wool socks')).toBe('wool socks')
  expect(parseInput('order 12345678901234567890')).toBe('order 12345678901234567890')
  expect(parseInput('"12345678901234567890"')).toBe('12345678901234567890')
})

test('what begins like JSON and is none is refused', () => {
  expect(() => parseInput('{a: 1}')).toThrow('--input looks like JSON and is not')
  expect(() => parseInput('{a: 1}', '--options')).toThrow('--options looks like JSON and is not')
})

test('a number that would be sent as another one is refused', () => {
  expect(() => parseInput('{"a": [1e999]}')).toThrow('--input holds 1e999 at a.0')
  expect(() => parseInput('12345678901234567890')).toThrow('--input holds 12345678901234567890, which')
})
