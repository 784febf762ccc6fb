import { expect, test } from 'vitest'
import { rfc3339 } from '#adapters/http/wire/common.ts'

test.each([
  [0, '1970-01-01T00:00:00.000Z'],
  [-1, '1970-01-01T00:00:00.000Z'],
  [1.7e12 + 0.5, '2023-11-14T22:13:20.000Z'],
  [1e300, '9999-12-31T23:59:59.999Z'],
  [Number.POSITIVE_INFINITY, '9999-12-31T23:59:59.999Z'],
  [Number.NaN, '9999-12-31T23:59:59.999Z'],
  // What JSON makes of NaN.
  [null as unknown as number, '9999-12-31T23:59:59.999Z'],
])('%s in a journal is shown as %s', (at, text) => {
  expect(rfc3339(at)).toBe(text)
})
