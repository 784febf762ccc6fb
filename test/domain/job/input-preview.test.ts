import { expect, test } from 'vitest'
import { inputPreviewOf } from '#domain/job/input-preview.ts'
import { NO_OPTIONS } from '#domain/job/options.ts'
import type { JsonValue } from '#domain/json/json.ts'
import { submitted } from '#test/support/fixtures.ts'

function previewOf(input: JsonValue, searchable = true): string | null {
  return inputPreviewOf(submitted({ input, options: { ...NO_OPTIONS, ...(searchable && { searchable }) } }).job)
}

test.each<[string, JsonValue, string | null]>([
  [
    'its texts and numbers in order',
    { product: 'Linen Apron', price: 349, languages: ['sv', 'en'] },
    'Linen Apron 349 sv en',
  ],
  ['one line', ' Rewrite\n\tthe text.\0 ', 'Rewrite the text.'],
  ['no file and no key', { image: 'iVBORw0KGgo'.repeat(500), title: 'Apron' }, 'Apron'],
  ['80 characters', 'ab '.repeat(26) + 'cd', 'ab '.repeat(26) + 'cd'],
  ['the beginning of more', 'ab '.repeat(26) + 'cde', `${'ab '.repeat(26)}c…`],
  ['nothing where there are no words', { on: true, no: null }, null],
])('a job is shown by %s', (_name, input, preview) => {
  expect(previewOf(input)).toBe(preview)
})

test('a preview can be stored, also where a character of two halves is cut', () => {
  expect(previewOf(`${'a '.repeat(39)}😀 and more`)?.isWellFormed()).toBe(true)
})

test('a job whose words are kept out of the index has no preview', () => {
  expect(previewOf('secret', false)).toBeNull()
})
