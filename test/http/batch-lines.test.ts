import { describe, expect, test } from 'vitest'
import { scene } from './batch-scene.ts'

interface Said {
  readonly accepted: number
  readonly next: number
  readonly invalid: readonly { readonly line: number; readonly code: string; readonly detail: string }[]
}

/** What is said of these lines, which are the first of a batch whose items name their keys in `sku`. */
async function said(...lines: readonly string[]): Promise<Said> {
  const { create, upload } = await scene()
  const { id } = await create({ itemKey: 'sku' })
  const response = await upload(id, 0, lines.join('\n'))
  expect(response.status).toBe(200)
  return (await response.json()) as Said
}

const withSku = (sku: string): string => JSON.stringify({ input: { sku } })
const withKey = (key: string): string => JSON.stringify({ key, input: { sku: 'a' } })

describe('a key', () => {
  test.each([
    ['half of a character', '\ud800'],
    ['a control character', 'a\u0000b'],
    ['more than 256 characters', 'x'.repeat(257)],
    ['nothing', ''],
  ])('of %s is refused with its line, also where it is a member of the input', async (_what, key) => {
    const { accepted, next, invalid } = await said(withKey(key), withSku(key), withSku('sku-1'))
    expect([accepted, next]).toEqual([1, 3])
    expect(invalid.map(({ line, code }) => [line, code])).toEqual([
      [1, 'invalid_request'],
      [2, 'invalid_request'],
    ])
    expect(invalid[1]?.detail).toMatch(/^The key in "sku" must be 1 to 256 characters/)
  })

  test('may be of any script, and as long as it may be', async () => {
    expect(await said(withKey('ü'.repeat(256)), withSku('商品 7'))).toMatchObject({ accepted: 2, invalid: [] })
  })
})

test('a refused line shows the key that it gives, and does not hold it', async () => {
  const { create, upload, json, results } = await scene()
  const { id } = await create({ itemKey: 'sku' })
  const refused = [
    { key: 'p7', inptu: {} },
    { key: 'p8', input: 7 },
    { input: { sku: 7 } },
    { key: 'a\u0000', input: 7 },
  ]
  const text = [withKey('p1'), withKey('p1'), ...refused.map((one) => JSON.stringify(one)), 'no JSON', withKey('p7')]
  await upload(id, 0, text.join('\n'))
  const keys = ['p1', 'p1', 'p7', 'p8', '7', null, null, 'p7']
  const { items } = (await json(`/batches/${id}/items`)) as { items: { key: unknown; error: object | null }[] }
  expect(items.map(({ key }) => key)).toEqual(keys)
  expect(items.map(({ error }) => error && Object.keys(error))).toContainEqual(['code', 'message'])
  expect((await results(id)).map(({ key }) => key)).toEqual(keys)
  expect(items.filter(({ error }) => error === null)).toHaveLength(2)
})

describe('an upload', () => {
  test('that begins with a byte order mark, has long line ends, and no end of its last line, is read', async () => {
    expect(await said(`\ufeff${withSku('a')}\r`, `${withSku('b')}\r`, withSku('c'))).toMatchObject({
      accepted: 3,
      next: 3,
    })
  })

  test('of nothing adds nothing', async () => {
    expect(await said('')).toEqual({ accepted: 0, next: 0, invalid: [], invalidCount: 0 })
  })
})
