import { expect, test } from 'vitest'
import { type JsonValue, canonicalJson, jsonBytes } from '#domain/json/json.ts'

test.each([
  'plain "quotes" and \\ and \n',
  'é ß \u{7f}\u{80}\u{7ff}',
  '€ \u{800} \u{ffff} \u{2028}',
  'a pair \u{1f600}, and halves of one: \ud83d \ude00',
  { list: [1, -0.5, true, null], näme: 'x'.repeat(1000) },
])('the size of %j is that of its JSON in UTF-8', (value) => {
  expect(jsonBytes(value)).toBe(Buffer.byteLength(JSON.stringify(value)))
})

test.each([
  [
    { b: [{ d: 1, c: null }], a: 'x' },
    { a: 'x', b: [{ c: null, d: 1 }] },
  ],
  [
    { é: 1, z: 2, Z: 3, 10: 4, 9: 5 },
    { 9: 5, 10: 4, Z: 3, z: 2, é: 1 },
  ],
  [
    JSON.parse('{ "b": 1, "__proto__": { "d": 1, "c": 2 } }'),
    JSON.parse('{ "__proto__": { "c": 2, "d": 1 }, "b": 1 }'),
  ],
  [
    { at: new Date(7), a: undefined, list: [undefined] },
    { at: '1970-01-01T00:00:00.007Z', list: [null] },
  ],
  [
    { toJSON: { b: 1, a: 2 }, a: 1 },
    { a: 1, toJSON: { a: 2, b: 1 } },
  ],
  [{ own: { toJSON: () => ({ b: 1, a: 2 }) } }, { own: { a: 2, b: 1 } }],
] as [JsonValue, JsonValue][])('%j has its members in order', (value, inOrder) => {
  expect(canonicalJson(value)).toBe(JSON.stringify(inOrder))
})
