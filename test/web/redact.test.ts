import { expect, test } from 'vitest'
import { redactor } from '#adapters/web/redact.ts'

const KEY = 'sk-a+b/c="d"&e'

test.each([
  KEY,
  encodeURIComponent(KEY),
  encodeURIComponent(KEY).toLowerCase(),
  JSON.stringify({ key: KEY }),
  btoa(KEY),
  btoa(KEY).replaceAll('+', '-').replaceAll('/', '_'),
  btoa(`user:${KEY}`),
  btoa(`ab${KEY}.`),
  btoa(`abc${KEY}..`),
])('a key is found in the form %s', (form) => {
  const text = redactor([KEY])(`Not valid: ${form}!`)
  expect(text).toContain('[redacted]')
  for (const piece of [form, 'sk-a', 'c-hLUEr']) expect(text).not.toContain(piece)
})

test('no part is left of a key that begins like another, and an empty one spoils nothing', () => {
  expect(redactor(['', 'sk-1', 'sk-1-2'])('Not valid: sk-1-2')).toBe('Not valid: [redacted]')
})

test('a key of a letter or two is none to look for', () => {
  expect(redactor(['a', 'no'])('Banana: no such model')).toBe('Banana: no such model')
})

test('a text without the key stays as it is', () => {
  const text = 'The quick brown fox jumps over the lazy dog.'
  expect(redactor([KEY, 'sk-1234'])(text)).toBe(text)
})
