import { expect, test } from 'vitest'
import { JsonBytes } from '#adapters/telemetry/json-bytes.ts'

const TEXTS = {
  plain: 'gen_ai.request.model ~!@',
  empty: '',
  quotes: 'a "word" and a \\ backslash',
  'control characters': 'a\nb\u0000c\u007f',
  'other scripts': 'Grüße, 世界 🎉',
  'a lone surrogate': 'a\ud800b',
  long: 'x'.repeat(5000),
  'long, of three bytes each': '世'.repeat(5000),
}

test.each(Object.entries(TEXTS))('text reads back as it was: %s', (_, text) => {
  const json = new JsonBytes(1).raw('[').comma().string(text).comma().string('after').raw(']')
  const read = new TextDecoder('utf-8', { fatal: true }).decode(json.written)
  expect(JSON.parse(read)).toEqual([text.toWellFormed(), 'after'])
})
