import { expect, test } from 'vitest'
import { redactor } from '#adapters/web/redact.ts'

const KEY = 'sk-a+b/c="d"&e'

test.each([
  KEY,
  encodeURIComponent(KEY),
  encodeURIComponent(KEY).toLowerCase(),
  JSON.stringify({ key: KEY }),
  btoa(KEY),
  btoa(`user:${KEY}`),
  btoa(`ab${KEY}.`),
  btoa(`abc${KEY}..`),
])('a key is found in the form %s', (form) => {
  const text = redactor([KEY])(`Not valid: ${form}!`)
  expect(text).toContain('[redacted]')
  for (const piece of [form, 'sk-a', 'c-hLUEr']) expect(text).not.toContain(piece)
})

test('a key is found in the Base64 of URLs, whose last two digits are others', () => {
  const key = 'sk-~~~???>>>'
  const form = btoa(key).replaceAll('+', '-').replaceAll('/', '_')
  expect(form).toMatch(/-.*_|_.*-/)
  expect(redactor([key])(`Not valid: ${form}`)).toBe('Not valid: [redacted]')
})

const entities = (digits: (code: number) => string): string =>
  Array.from(KEY, (character) => `&#${digits(character.charCodeAt(0))};`).join('')

test.each([
  ['a line break', 'sk-a+b/\nc="d"&e'],
  ['a line break of Windows and an indent', 'sk-a+b\r\n    /c="d"&e'],
  ['line breaks everywhere', Array.from(KEY).join('\n')],
  ['a line break in JSON', String.raw`sk-a+b/c\n=\"d\"&e`],
  ['a break of HTML', 'sk-a+b<br/>/c<wbr>=&quot;d&quot;&amp;e'],
  ['a soft hyphen', 'sk-\u00ada+b/c="d"&e'],
  ['entities', entities(String)],
  ['entities in hex', entities((code) => `x00${code.toString(16).toUpperCase()}`)],
  ['one entity', 'sk&#45;a+b/c="d"&e'],
  ['what PHP escapes in JSON', String.raw`sk-a+b\/c=\"d\"&e`],
  ['what Go escapes in JSON', String.raw`sk-a\u002bb/c=\u0022d\u0022\u0026e`],
  ['what only some encode in a URL', 'sk-a%2bb/c=%22d%22&e'],
])('a key that is written with %s is found', (_, form) => {
  expect(redactor([KEY])(`Not valid: ${form}!`)).toBe('Not valid: [redacted]!')
})

test('a passphrase is found with other blanks, and signs beyond ASCII in each form', () => {
  const redact = redactor(['häst  batteri 😀'])
  for (const form of ['häst\nbatteri 😀', 'h%C3%A4st%20batteri%20%f0%9f%98%80', 'h&#228;st batteri \\ud83d\\uDE00'])
    expect(redact(`It is ${form}.`)).toBe('It is [redacted].')
})

test('a short secret is found as it is, and not over several words', () => {
  expect(redactor(['also', '    '])('also, a list\nal so')).toBe('[redacted], a list\nal so')
})

test.each([250, 4400, 100_000])(
  'a key of %i characters is found, broken or not, and costs no more than its length',
  (length) => {
    const key = Array.from({ length: length / 10 }, (_, at) => `k${String(at).padStart(8, '0')}/`).join('')
    const redact = redactor([key])
    expect(redact('Nothing is here.')).toBe('Nothing is here.')
    for (const form of [key, key.replaceAll('/k', '/\nk'), key.replaceAll('/', '&#47;'), encodeURIComponent(key)])
      expect(redact(`It is ${form}.`) === 'It is [redacted].').toBe(true)
  },
)

test('a key is found beside any number of escapes, of which none is lost', () => {
  const escapes = '%C3%A4%e2%82%ac%F0%9F%98%80%ff%c3'.repeat(100_000)
  expect(redactor([KEY])(`${escapes} sk-a+b/\nc="d"&e ${escapes}`) === `${escapes} [redacted] ${escapes}`).toBe(true)
})

test('a secret with escapes of its own is found, and what is beside it stays', () => {
  const redact = redactor([String.raw`aaaa\n\n\n!0123`, 'b%20c&amp;d%zz-1234'])
  expect(redact(String.raw`%C3%A4 aaaa\n\n\n!0123 &amp; b%20c&amp;d%zz-1234 %f`)).toBe(
    '%C3%A4 [redacted] &amp; [redacted] %f',
  )
  expect(redact(String.raw`aaaa\n\n\n`.repeat(9000))).not.toContain('[redacted]')
})

test('what looks like a key over and over again takes time in proportion to its length', () => {
  const redact = redactor([KEY, `${'n'.repeat(64)}!`, `${'a b'.repeat(8)}!`])
  for (const piece of ['sk-a+b/c="d"&', `s${' '.repeat(1000)}`, '\\n', 'n ', 'a ', 'a+', 'a b', '&#0'])
    expect(redact(piece.repeat(100_000 / piece.length)).includes('[redacted]')).toBe(false)
})

test('no part is left of a key that begins like another, and an empty one spoils nothing', () => {
  expect(redactor(['', 'sk-1', 'sk-1-2'])('Not valid: sk-1-2')).toBe('Not valid: [redacted]')
})

test('a key of a letter or two is none to look for', () => {
  expect(redactor(['a', 'no'])('Banana: no such model')).toBe('Banana: no such model')
})

test('a text without the key stays as it is', () => {
  const text = 'The quick brown fox jumps over the lazy dog.'
  expect(redactor([KEY, 'sk-1234'])(text)).toBe(text)
})
