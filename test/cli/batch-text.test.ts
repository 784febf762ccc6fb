import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, describe, expect, test } from 'vitest'
import { progressLine, uploadLine } from '#adapters/cli/batch/batch-text.ts'
import { csvHeader, csvItems } from '#adapters/cli/batch/csv-items.ts'
import { StatusLine } from '#adapters/cli/batch/status-line.ts'
import { BATCH_EXAMPLES } from '#adapters/http/wire/batch-examples.ts'
import type { Batch } from '#adapters/client/types.ts'

const folder = mkdtempSync(join(tmpdir(), 'errand-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

async function itemsOf(text: string, key?: string): Promise<unknown[]> {
  const items: unknown[] = []
  for await (const item of csvItems(Readable.from([text]), csvHeader(text, key))) items.push(item)
  return items
}

describe('CSV', () => {
  test.each([',', ';', '\t', '|'])(
    'with %j between the cells: a row is an item, an empty cell is no field',
    async (by) => {
      const text = ['sku,text', 'a-1,"She said ""hi"""', ',', 'a-2,'].join('\n').replaceAll(',', by)
      expect(await itemsOf(text, 'sku')).toEqual([
        { key: 'a-1', input: { sku: 'a-1', text: 'She said "hi"' } },
        { key: 'a-2', input: { sku: 'a-2' } },
      ])
    },
  )

  test('that is larger than what is held is read whole, characters of several bytes too', async () => {
    const path = join(folder, 'large.csv')
    const rows = Array.from({ length: 5000 }, (_, row) => `${String(row)},räksmörgås`)
    writeFileSync(path, ['sku,dish', ...rows].join('\n'))
    let count = 0
    const text = createReadStream(path, 'utf8')
    for await (const { key, input } of csvItems(text, csvHeader('sku,dish\n', 'sku'))) {
      expect(key).toBe(String(count++))
      if (input['dish'] !== 'räksmörgås') expect(input).toBe('whole')
    }
    expect(count).toBe(5000)
  })
})

describe('the line of a terminal', () => {
  test('says how far an upload and a batch have come', () => {
    const now = Date.parse(BATCH_EXAMPLES.batch.estimatedFinishAt) - 4 * 3_600_000
    expect(uploadLine(75_000, 0.5)).toBe('uploading  [############------------]  50 %  75,000 lines')
    expect(progressLine(BATCH_EXAMPLES.batch as unknown as Batch, now)).toBe(
      'running    [####--------------------]  19 %  ' +
        '29,100 completed, 150 failed, 250 skipped, 20 running, 120,480 pending  8.1/s  $102.69  4 h 0 min left',
    )
  })

  test('is written over, to its end; where there is no terminal nothing is written', () => {
    const written: string[] = []
    const line = new StatusLine((text) => written.push(text))
    line.show('a longer text')
    line.show('short')
    line.end()
    line.end()
    expect(written).toEqual(['\ra longer text', '\rshort        ', '\n'])
    new StatusLine(null).show('nothing')
  })
})
