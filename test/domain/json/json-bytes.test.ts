import { expect, test } from 'vitest'
import { jsonBytes } from '#domain/json/json.ts'

test.each([
  'plain "quotes" and \\ and \n',
  'é ß \u{7f}\u{80}\u{7ff}',
  '€ \u{800} \u{ffff} \u{2028}',
  'a pair \u{1f600}, and halves of one: \ud83d \ude00',
  { list: [1, -0.5, true, null], näme: 'x'.repeat(1000) },
])('the size of %j is that of its JSON in UTF-8', (value) => {
  expect(jsonBytes(value)).toBe(Buffer.byteLength(JSON.stringify(value)))
})
