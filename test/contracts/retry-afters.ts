const BEYOND = 'beyond'

/**
 * What receivers answer as `Retry-After` at 2023-11-14T22:13:20Z, and how long that asks to be left alone, in
 * milliseconds. `beyond`: some number of more than a day, which is bounded where it is used.
 */
export const RETRY_AFTERS: readonly (readonly [
  given: string | readonly string[],
  asks: number | undefined | 'beyond',
])[] = [
  ['60', 60_000],
  ['0', 0],
  ['1.5', 1500],
  ['.5', 500],
  ['30s', 30_000],
  ['2 minutes', 120_000],
  ['"60"', 60_000],
  ['60, 60', 60_000],
  ['60;', 60_000],
  ['3155760000', BEYOND],
  ['99999999999999', BEYOND],
  ['9'.repeat(400), BEYOND],
  ['4102444800', BEYOND],
  [['2', '3'], 3000],
  [['2', 'Tue, 14 Nov 2023 22:14:20 GMT'], 60_000],
  ['Tue, 14 Nov 2023 22:14:20 GMT', 60_000],
  ['Tuesday, 14-Nov-23 22:14:20 GMT', 60_000],
  ['2023-11-14T22:14:20Z', 60_000],
  ['Wed, 21 Oct 2015 07:28:00 GMT', 0],
  ['Fri, 31 Dec 9999 23:59:59 GMT', BEYOND],
  ['Fri, 99 Dec 9999 23:59:59 GMT', undefined],
  ['-60', undefined],
  ['1e9', undefined],
  ['0x10', undefined],
  ['Infinity', undefined],
  ['NaN', undefined],
  ['soon', undefined],
  ['60 apples', undefined],
  ['1 2', undefined],
  [',', undefined],
]
