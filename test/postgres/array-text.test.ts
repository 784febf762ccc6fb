import { afterAll, expect, inject, test } from 'vitest'
import { arrayText } from '#adapters/postgres/array-text.ts'
import { createPool } from '#adapters/postgres/pool.ts'

const pool = createPool({ url: inject('postgresUrl'), connections: 1, answerMs: 0 })

afterAll(() => pool.end())

async function readAs(type: string, values: Parameters<typeof arrayText>[0]): Promise<unknown> {
  const asked = { text: `SELECT value FROM unnest($1::${type}[]) AS said (value)`, values: [arrayText(values)] }
  return (await pool.query<{ value: unknown }>(asked)).rows.map(({ value }) => value)
}

test('Postgres reads texts as they are', async () => {
  const events = JSON.stringify([{ type: 'x', text: 'a "quote", a \\ and a \n' }])
  const texts = [events, '', 'NULL', null, '{1,2}', ' a, b ', '\\', '"', 'tab\t and \u{1}\u{7f}', '€ \u{1f600}']
  expect(await readAs('text', texts)).toEqual(texts)
  expect(await readAs('text', [])).toEqual([])
})

test('half of a character is written as the driver writes it', async () => {
  expect(await readAs('text', ['a\ud83d"'])).toEqual(['a\ufffd"'])
})

test('Postgres reads numbers and truth values', async () => {
  expect(await readAs('bigint', [1, null, -9_007_199_254_740_991])).toEqual([1, null, -9_007_199_254_740_991])
  expect(await readAs('boolean', [true, false, null])).toEqual([true, false, null])
})
