import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { csvHeader, csvItems } from '#adapters/cli/batch/csv-items.ts'

interface Reading {
  readonly key?: string
  /** Bytes that are read at once. */
  readonly part?: number
}

async function itemsOf(bytes: Uint8Array, { key, part = 65_536 }: Reading = {}): Promise<unknown[]> {
  const count = Math.ceil(bytes.length / part)
  const parts = Array.from({ length: count }, (_, n) => bytes.subarray(n * part, (n + 1) * part))
  const items: unknown[] = []
  const header = csvHeader(new TextDecoder().decode(bytes), key)
  for await (const item of csvItems(Readable.from(parts), header)) items.push(item)
  return items
}

describe('CSV', () => {
  test.each([',', ';', '\t', '|'])(
    'with %j between the cells: a row is an item, an empty cell is no field',
    async (by) => {
      const text = ['sku,text', 'a-1,"She said ""hi"""', ',', 'a-2,'].join('\n').replaceAll(',', by)
      expect(await itemsOf(Buffer.from(text), { key: 'sku' })).toEqual([
        { key: 'a-1', input: { sku: 'a-1', text: 'She said "hi"' } },
        { key: 'a-2', input: { sku: 'a-2' } },
      ])
    },
  )

  test.each(['\n', '\r\n'])('with %j at the end of a row is the same wherever it is cut', async (newline) => {
    const text = ['\uFEFF"sku",dish', 'a,"räk, ""smör""', 'gås"', '"b",x', ''].join(newline)
    for (let part = 1; part < 12; part++) {
      expect(await itemsOf(Buffer.from(text), { part })).toEqual([
        { input: { sku: 'a', dish: `räk, "smör"${newline}gås` } },
        { input: { sku: 'b', dish: 'x' } },
      ])
    }
  })

  test('of another encoding is refused, and does not become question marks', async () => {
    await expect(itemsOf(Buffer.from('sku,dish\na,räk\n', 'latin1'))).rejects.toThrow('The file is not UTF-8.')
    await expect(itemsOf(Buffer.from('sku,dish\na,rä').subarray(0, -1))).rejects.toThrow('The file is not UTF-8.')
  })

  test('with a quote that has no end is refused, also before all of it is read', async () => {
    const unended = (text: string) => itemsOf(Buffer.from(text))
    await expect(unended('sku,dish\na,x\nb,"y\nc,z\n')).rejects.toThrow('after row 2 has no end')
    await expect(unended(`sku,dish\na,"x\n${'b,y\n'.repeat(700_000)}`)).rejects.toThrow('after row 1 has no end')
  })
})
