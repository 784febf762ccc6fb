import { describe, expect, test } from 'vitest'
import { quantitiesOf } from '#adapters/guards/quantities.ts'

/** `number unit` of each, both readings where there are two. */
function found(text: string, language?: 'sv' | 'en') {
  return quantitiesOf(text, language).map(({ amounts, unit }) => [amounts.join(' or '), unit ?? ''].join(' ').trim())
}

describe('numbers of a text', () => {
  test.each([
    ['Vikt 1,5 kg', ['1500000 mg']],
    ['1.50 kg', ['1500000 mg']],
    ['1000 g', ['1000000 mg']],
    ['1 000 g', ['1000000 mg']],
    ['1\u00A0000\u202F000 g', ['1000000000 mg']],
    ["1'000 g", ['1000000 mg']],
    ['1\u2009000,5 g', ['1000500 mg']],
    ['185g/m2 .', ['185 g/m²']],
    ['185 g/kvm', ['185 g/m²']],
    ['5 m2, 2 fickor', ['5 m²', '2']],
    ['1.5mm2', ['1.5 mm²']],
    ['12\u00A0\u00A0cm', ['120 mm']],
    ['1,5\n    kg', ['1500000 mg']],
    ['12\n\nm', ['12']],
    ['30 º', ['30 °']],
    ['350 °F', ['350 °F']],
    ['299,-', ['299 SEK']],
    ['5️⃣ fickor', ['5']],
    ['½ l', ['500 ml']],
    ['1½ dl', ['150 ml']],
    ['25 liters', ['25000 ml']],
    ['30cm bred', ['300 mm']],
    ['12-pack', ['12']],
    ['-20 °C', ['-20 °']],
    ['−20 °C', ['-20 °']],
    ['tvätt 40°', ['40 °']],
    ['100 %', ['100 %']],
    ['299:-', ['299 SEK']],
    ['299 kr', ['299 SEK']],
    ['SEK 299', ['299 SEK']],
    ['€10', ['10 EUR']],
    ['$ 9.90', ['9.9 USD']],
    ['1,234.56', ['1234.56']],
    ['1.234,56', ['1234.56']],
    ['1.000.000', ['1000000']],
    ['28.11.2026', ['28.11.2026']],
    ['0,500 kg', ['500000 mg']],
    ['007', ['7']],
    ['A4, B12', ['4', '12']],
    ['EAN 0350012345678', ['0350012345678']],
    ['60°C', ['60 °']],
    ['0.1 m', ['100 mm']],
    ['no number', []],
  ])('%j', (text, expected) => {
    expect(found(text)).toEqual(expected)
  })

  test.each([
    ['10 x 20 x 30 cm', ['100 mm', '200 mm', '300 mm']],
    ['B 10 × H 20 cm', ['100 mm', '200 mm']],
    ['5–7 kg', ['5000000 mg', '7000000 mg']],
    ['10 till 12 timmar', ['10 hour', '12 hour']],
    ['2 fickor och 30 cm', ['2', '300 mm']],
  ])('a unit counts for the whole of %j', (text, expected) => {
    expect(found(text)).toEqual(expected)
  })

  test('"1.500" is two numbers until the language says which', () => {
    expect(found('1.500')).toEqual(['1500 or 1.5'])
    expect([found('1.500', 'sv'), found('1.500', 'en')]).toEqual([['1500'], ['1.5']])
    expect([found('1,500', 'sv'), found('1,500', 'en')]).toEqual([['1.5'], ['1500']])
  })

  test.each([
    ['XL', ['size XL']],
    ['2XL', ['size XXL']],
    ['Storlek: M', ['size M']],
    ['size s', ['size S']],
    ['S, M och XL', ['size XL', 'size S', 'size M']],
    ['XS–L', ['size XS']],
    ['En plan L', []],
  ])('sizes of %j', (text, expected) => {
    expect(found(text)).toEqual(expected)
  })

  // With a search for its end from each digit this would take minutes.
  test('a very long number is one', () => {
    const digits = '1'.repeat(500_000)
    expect(found(digits)).toEqual([digits])
  })

  test('the text of a number is as it stands, with its unit', () => {
    expect(quantitiesOf('Kostar $ 30, väger 1,5 kg').map(({ text }) => text)).toEqual(['$ 30', '1,5 kg'])
  })
})
