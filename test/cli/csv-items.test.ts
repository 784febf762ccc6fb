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

  test.each([
    ['has no end', 'sku,dish\na,x\nb,"y\nc,z\n', 3],
    ['has no end, after cells of several lines', 'sku,dish\na,"x\nx"\nb,"y\nc,z\n', 4],
    ['ends in another cell', 'sku,dish\na,x\nb,"y\nc,"z"\nd,w\n', 3],
    ['has no end before all of the file is read', `sku,dish\na,x\nb,"y\n${'c,z\n'.repeat(700_000)}`, 3],
  ])('with a quote that %s: its line is said, after the rows before it', async (_, text, line) => {
    const items: unknown[] = []
    const parts = Readable.from([Buffer.from(text.slice(0, 14)), Buffer.from(text.slice(14))])
    const reading = async (): Promise<void> => {
      for await (const item of csvItems(parts, csvHeader(text.slice(0, 99), 'sku'))) items.push(item)
    }
    await expect(reading()).rejects.toThrow(`A quote opens on line ${String(line)} and is not closed`)
    expect(items).toMatchObject([{ key: 'a' }])
  })

  test('with a quote in the middle of a line is read as it is meant', async () => {
    expect(await itemsOf(Buffer.from('sku,dish\na,"5" pan"\n'))).toEqual([{ input: { sku: 'a', dish: '5" pan' } }])
  })

  test('with a row of more than any item is refused, by its line', async () => {
    const text = `sku,dish\na,${'x'.repeat(2_200_000)}`
    await expect(itemsOf(Buffer.from(text))).rejects.toThrow('The row on line 2 is longer than 2 MB.')
  })
})
