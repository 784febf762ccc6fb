import { describe, expect, test } from 'vitest'
import { shown } from '#domain/agent/shown.ts'
import { sentenceOf } from '#domain/agent/thrown.ts'

class Row {
  readonly id = 42n
  readonly #secret = 'hidden'
  read(): string {
    return this.#secret
  }
}

class Handle {
  readonly #inner = 1
  read(): number {
    return this.#inner
  }
}

const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)])

describe('a result is shown', () => {
  test.each<[string, unknown, unknown]>([
    ['nothing', undefined, null],
    ['a bigint', 2n ** 64n, '18446744073709551616'],
    ['a row with a bigint', { rows: [new Row()] }, { rows: [{ id: '42' }] }],
    ['a map by text', new Map([['a', new Set([1, 2n])]]), { a: [1, '2'] }],
    ['a map by anything', new Map([[1, 'one']]), [[1, 'one']]],
    ['an error', { e: new TypeError('No.') }, { e: { name: 'TypeError', message: 'No.' } }],
    ['numbers that JSON lacks', [Number.NaN, Number.NEGATIVE_INFINITY, -0], ['NaN', '-Infinity', -0]],
    ['dates', [new Date(0), new Date(Number.NaN)], ['1970-01-01T00:00:00.000Z', 'Invalid Date']],
    ['half of a pair', { '\ud800': 'a\udc00' }, { '\ufffd': 'a\ufffd' }],
    ['a hole', [1, , 3], [1, null, 3]],
    ['what JSON leaves out', { a: undefined, f: () => 1, s: Symbol('x'), l: [undefined] }, { l: [null] }],
    ['what says how', { toJSON: () => ({ id: 1n }) }, { id: '1' }],
    [
      'a number beyond double',
      (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON('12345678901234567890'),
      '12345678901234567890',
    ],
    ['numbers in a row', new Uint8Array([1, 2]), [1, 2]],
    [
      'an object that keeps all to itself',
      { h: new Handle(), p: Promise.resolve(1), r: /a/ },
      { h: '[Handle]', p: '[Promise]', r: '/a/' },
    ],
    ['the same thing twice', (([a]) => [a, a])([{ b: 1 }]), [{ b: 1 }, { b: 1 }]],
  ])('of %s', (_name, value, expected) => {
    const result = shown(value)
    expect(result).toEqual({ ok: true, value: expected })
    // What is stored is what was said.
    const stored = JSON.parse(JSON.stringify(expected)) as unknown
    expect(JSON.parse(JSON.stringify(result))).toEqual({ ok: true, value: stored })
  })

  const loop: Record<string, unknown> = {}
  loop['self'] = [loop]
  const throws = (): never => {
    throw new Error('secret')
  }
  test('never as a failure', () => {
    const cases: readonly [string, unknown][] = [
      ['refers to itself', loop],
      ['is a function', throws],
      ['is a symbol', Symbol('x')],
      ['is nested too deeply', nested(2000)],
      ['is too large', new Array(2 ** 31)],
      ['is too large', ['\0'.repeat(30_000_000), '\0'.repeat(30_000_000)]],
      ['cannot be read', Object.defineProperty({}, 'a', { enumerable: true, get: throws })],
      ['cannot be read', { toJSON: throws }],
      ['cannot be read', new Proxy({}, { ownKeys: throws })],
      ['cannot be read', revoked()],
    ]
    for (const [why, value] of cases) {
      const result = shown(value)
      expect(result.ok ? null : result.why).toBe(`it ${why}`)
    }
  })
})

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

test('what a tool threw is said in a sentence, and nothing of it where it says nothing', () => {
  const cases: readonly [unknown, string][] = [
    [new Error('No stock.'), 'No stock.'],
    ['No stock.', 'No stock.'],
    [{ message: 'No stock.', token: 'x' }, 'No stock.'],
    [new AggregateError([new Error('a'), 'b', new Error('a')]), 'a; b'],
    [new RangeError(), 'RangeError'],
    [new Error('fetch failed', { cause: new Error('10.0.0.7 refused') }), 'fetch failed'],
    [404, '404'],
    [new Error('a'.repeat(1_000_000)), 'a'.repeat(100_000)],
  ]
  for (const [thrown, said] of cases) expect(sentenceOf(thrown, 'book')).toBe(said)
  for (const silent of [new Error(), new Error('  '), '', null, undefined, Symbol('x'), {}, revoked()]) {
    expect(sentenceOf(silent, 'book')).toBe('The tool "book" failed and did not say why.')
  }
})
