import { describe, expect, test } from 'vitest'
import { addsNoNumbers, agreesInNumbers, keepsNumbers } from '#adapters/guards/numbers.ts'

const MUG = '<p data-width="300">Rymmer 3 dl, väger 0,4 kg. Tål 100 °C i 12 timmar. EAN 7350012345678. Storlek XL.</p>'

describe('keepsNumbers', () => {
  const guard = keepsNumbers()

  test.each([
    ['as they were', MUG],
    ['in another order', '<p>XL. Tål 100 °C i 12 timmar och rymmer 3 dl; EAN 7350012345678; 0,4 kg.</p>'],
    ['in another unit of the same kind', MUG.replace('0,4 kg', '400 g').replace('3 dl', '300 ml')],
    ['as a word', MUG.replace('12 timmar', 'tolv timmar')],
    ['between tags', MUG.replace('12 timmar', '<strong>12</strong> timmar')],
  ])('passes numbers %s', (_how, after) => {
    expect(guard(MUG, after)).toBeNull()
  })

  test.each([
    ['3 dl', '3 cl'],
    ['0,4 kg', '0,5 kg'],
    ['100 °C', '100 %'],
    ['12 timmar', 'många timmar'],
    ['7350012345678', '7350012345687'],
    ['XL', 'XXL'],
  ])('names %j when the text says %j', (was, becomes) => {
    expect(guard(MUG, MUG.replace(was, becomes))).toBe(`The new text lacks what the old one says: ${was}.`)
  })

  test('a number in an attribute is no number of the text', () => {
    expect(guard(MUG, MUG.replace(' data-width="300"', ''))).toBeNull()
    expect(guard('3 dl', '<p title="3 dl">rymlig</p>')).toBe('The new text lacks what the old one says: 3 dl.')
  })

  test('a measure without its unit may get one, and may not lose it', () => {
    expect(guard('10 och 20 cm', '10 cm bred, 20 cm hög')).toBeNull()
    expect(guard('10 cm', 'modell 10')).toBe('The new text lacks what the old one says: 10 cm.')
  })

  test('nothing is missing where nothing was', () => {
    expect(guard(null, '3 dl')).toBeNull()
  })

  test('lists ten of many', () => {
    const many = Array.from({ length: 12 }, (_, index) => `${String(index + 20)} cm`).join('; ')
    expect(guard(many, '')).toMatch(/29 cm and 2 more\.$/)
  })
})

describe('addsNoNumbers', () => {
  const guard = addsNoNumbers()

  test('passes what the old text says, also as a word', () => {
    expect(guard('Tre fickor, 30 cm', '3 fickor, 300 mm')).toBeNull()
  })

  test('names what a model has invented', () => {
    expect(guard('Mugg, 3 dl', 'Mugg, 3 dl. 5 års garanti och 20 % rabatt')).toBe(
      'The new text says what the old one does not: 5 års, 20 %.',
    )
    expect(guard(null, '3 dl')).toBe('The new text says what the old one does not: 3 dl.')
  })
})

describe('agreesInNumbers', () => {
  const guard = agreesInNumbers()

  test.each([
    [{ sv: 'Rymmer 1,5 l och tål 1.000 diskar', en: 'Holds 1.5 litres and 1,000 washes' }],
    [{ sv: 'Tolv timmar varm', en: 'Hot for 12 hours' }],
    [{ sv: 'En 3 dl mugg', en: 'A 300 ml mug' }],
    [{ sv: '3 dl' }],
    [{ en: '3 dl' }],
  ])('passes %j', (texts) => {
    expect(guard(null, texts)).toBeNull()
  })

  test('says which number stands in one language only', () => {
    expect(guard(null, { sv: 'Rymmer 1,500 l', en: 'Holds 1,500 l' })).toBe(
      'The two languages differ in their numbers (only in Swedish: 1,500 l; only in English: 1,500 l).',
    )
    expect(guard(null, { sv: 'Rymmer 3 dl, 2 fickor', en: 'Holds 3 dl' })).toBe(
      'The two languages differ in their numbers (only in Swedish: 2).',
    )
  })
})
