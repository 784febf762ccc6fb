import { describe, expect, test } from 'vitest'
import { makesNoClaims } from '#adapters/guards/claims.ts'
import { isInLanguage } from '#adapters/guards/language.ts'
import { lengthBetween } from '#adapters/guards/length.ts'
import { keepsLinks } from '#adapters/guards/html.ts'
import { on } from '#adapters/guards/on.ts'
import { plainText } from '#adapters/guards/plain-text.ts'

const SV = `En klassisk skjorta i borstad bomull med button down-krage. Passformen är rak och bekväm,
  och tyget blir mjukare för varje tvätt. Bröstficka med knapp.`
const EN = `A classic shirt in brushed cotton with a button-down collar. The fit is straight and comfortable,
  and the fabric gets softer with every wash. Chest pocket with button.`
const DA = `En klassisk skjorte i børstet bomuld med button down-krave. Pasformen er lige og behagelig,
  og stoffet bliver blødere for hver vask. Brystlomme med knap.`

describe('makesNoClaims', () => {
  test.each([
    ['Världens mjukaste filt', 'Världens'],
    ['En miljövänligt tillverkad filt', 'miljövänligt'],
    ['Lindrar värk', 'Lindrar'],
    ['Sveriges&nbsp;största utbud', 'Sveriges\u00A0största'],
    ['An <b>eco</b>-friendly mug', 'eco-friendly'],
    ['The world’s softest blanket', 'world’s'],
    ['Nr. 1 i test', 'Nr. 1'],
    ['Clinically\nproven', 'Clinically\nproven'],
  ])('finds %j', (text, word) => {
    expect(makesNoClaims()(null, text)).toBe(`Leave out what the shop would have to prove: ${word}.`)
  })

  test.each(['Testad i forest', 'Bästisar', 'Dog treats', 'A restful sleep', 'Hållbar i många år', 'Naturfärgad ull'])(
    'passes %j',
    (text) => {
      expect(makesNoClaims()(null, text)).toBeNull()
    },
  )

  test('takes kinds, exceptions and words of the shop', () => {
    const text = 'Ekologisk bomull, botar förkylning, rea'
    expect(makesNoClaims({ kinds: ['health'] })(null, text)).toContain(': botar.')
    expect(makesNoClaims({ allow: ['ekologisk', 'botar'] })(null, text)).toBeNull()
    expect(makesNoClaims({ kinds: [], more: ['rea', 'C++'] })(null, 'Rea på C++, realistisk')).toContain(': Rea, C++.')
  })

  test('a blank word, or none at all, would forbid everything', () => {
    expect(() => makesNoClaims({ more: ['*'] })).toThrow('a word in "more" is blank')
    expect(() => makesNoClaims({ kinds: [] })).toThrow('"kinds" is empty')
  })
})

describe('isInLanguage', () => {
  test('tells Swedish, English and Danish from each other', () => {
    expect(isInLanguage('sv')(null, SV)).toBeNull()
    expect(isInLanguage('en')(null, EN)).toBeNull()
    expect(isInLanguage('sv')(null, EN)).toBe('The text must be in language "sv", and reads as "en".')
    expect(isInLanguage('en')(null, SV)).toBe('The text must be in language "en", and reads as "sv".')
    expect(isInLanguage('sv')(null, DA)).not.toBeNull()
  })

  test('looks at the words, and not at the markup', () => {
    expect(isInLanguage('sv')(null, `<p title="${EN}">${SV}</p>`)).toBeNull()
  })

  test('passes what is too short to tell', () => {
    expect(isInLanguage('sv')(null, 'Handmade stoneware mug')).toBeNull()
  })

  test('names the languages that it knows', () => {
    expect(() => isInLanguage('xx' as 'sv')).toThrow('isInLanguage: "xx" is none of sv, en, da')
  })
})

describe('lengthBetween', () => {
  test('counts the characters that a reader sees', () => {
    expect(lengthBetween(4, 4)(null, '<p>  år \n &amp;👍🏽 </p>')).toBe('The text has 5 characters; it must have 4 to 4.')
    expect(lengthBetween(5, 5)(null, '<p>  år \n &amp;👍🏽 </p>')).toBeNull()
    expect(lengthBetween(1, 9)(null, '<p></p>')).toBe('The text has 0 characters; it must have 1 to 9.')
  })

  test('takes two whole numbers in order', () => {
    expect(() => lengthBetween(9, 1)).toThrow('give two whole numbers, the smaller first')
  })
})

describe('on', () => {
  const guard = on('html', keepsLinks())

  test('looks at one field, and names it', () => {
    expect(guard({ html: '<a href="a">x</a>' }, { html: 'x' })).toBe(
      'html: Keep the links of the old text (missing: a).',
    )
    expect(guard({}, { html: 'x' })).toBeNull()
    expect(guard(null, { html: '<a href="a">x</a>' })).toBe('html: Keep the links of the old text (added: a).')
  })

  test('a field that is not written is not looked at', () => {
    expect(guard({ html: '<a href="a">x</a>' }, {})).toBeNull()
  })
})

test.each([
  ['<p>One</p><p>two</p>', 'One two'],
  ['so<b>ft</b>', 'soft'],
  ['a<br>b', 'a b'],
  ['5 < 10 &amp; more', '5 < 10 & more'],
  ['<style>p{}</style><script>1</script>x<!-- 2 -->', 'x'],
  ['<p>open', 'open'],
])('the text of %j is %j', (html, text) => {
  expect(plainText(html).replaceAll(/\s+/g, ' ').trim()).toBe(text)
})
