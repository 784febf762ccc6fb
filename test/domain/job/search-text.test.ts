import { expect, test } from 'vitest'
import { searchTextOf, searchWords } from '#domain/job/search-text.ts'
import { NO_OPTIONS } from '#domain/job/options.ts'
import type { JsonValue } from '#domain/json/json.ts'
import { submitted } from '#test/support/fixtures.ts'

function textOf(input: JsonValue, options: object = {}): string | null {
  return searchTextOf(submitted({ input, options: { ...NO_OPTIONS, searchable: true, ...options } }).job)
}

test.each<[string, JsonValue, string]>([
  [
    'texts and numbers in order, without the names of members',
    { product: 'Linen', sizes: [1, 'XL'], on: true, no: null },
    'linen 1 xl',
  ],
  ['one case, one form and single blanks', '  ﬁne\n\tÅSA\0 ', 'fine åsa'],
  ['no file and no key', { image: 'iVBORw0KGgo'.repeat(500), title: 'Apron' }, 'apron'],
  ['half a character as a replacement', 'a\ud800b', 'a\ufffdb'],
  ['nothing of an empty input', {}, ''],
])('a job is found by %s', (_name, input, text) => {
  expect(textOf(input)).toBe(text)
})

test('tags and metadata come first, and long inputs are cut', () => {
  const text = textOf(
    Array.from({ length: 10_000 }, (_, n) => `word${String(n)}`),
    { tags: ['Red'], metadata: { order: '1042' } },
  )
  expect(text?.startsWith('red 1042 word0 word1 ')).toBe(true)
  expect(text?.length).toBeLessThan(600)
})

test('a value that is wide or deep is looked at as far as it is worth', () => {
  expect(textOf({ wide: Array.from({ length: 200_000 }, () => true), name: 'Apron' })).toBe('')
  let deep: JsonValue = 'Apron'
  for (let level = 0; level < 400; level++) deep = [deep]
  expect(textOf(deep)).toBe('apron')
})

test('a long tag takes no place from the others', () => {
  expect(textOf('', { tags: ['x'.repeat(100)], metadata: { order: '1042' } })).toBe(`${'x'.repeat(60)} 1042`)
})

test('a job is found by words only where its submission says so, as those of before did not', () => {
  expect(textOf('secret', { searchable: undefined })).toBeNull()
})

test('a search has words in the same form, each once', () => {
  expect(searchWords(' Linen  APRON linen ')).toEqual(['linen', 'apron'])
})

test.each(['', '  ', '\n', 'a b c d e f g h i'])('%j is no search', (text) => {
  expect(searchWords(text)).toBeNull()
})
