import { describe, expect, test } from 'vitest'
import { addsNoNumbers, agreesInNumbers, keepsNumbers } from '#adapters/guards/numbers.ts'

/** Each side of it may be the old text. */
const SAME: readonly (readonly [string, string])[] = [
  ['1/2 l', '&frac12; l'],
  ['1 1/2 dl', '1,5 dl'],
  ['1 ½ dl', '1½ dl'],
  ['⅓ dl', '1/3 dl'],
  ['⅛ l', '0,125 l'],
  ['3&frasl;4 tum', '¾"'],
  ['.5 l', '0.5 l'],
  ['10–12 mm', '10-12 mm'],
  ['10x20x30 cm', '10 × 20 × 30 cm'],
  ['10*20 cm', '10 cm x 20 cm'],
  ['10, 20 och 30 cm', '10 cm, 20 cm, 30 cm'],
  ['2 x 500 g', '2 st à 500 g'],
  ['1  000 g', '1 kg'],
  ['1&nbsp; 000 kr', '1000 kr'],
  ['–18 °C', '&minus;18&deg;C'],
  ['minus 18 grader', '-18 °C'],
  ['-22 till -18 °C', '−22–−18 °C'],
  ['10 –12 °C', '10–12 °C'],
  ['– 40 °C maskintvätt', 'Maskintvätt 40 °C'],
  ['-20 % rabatt', '20 % rabatt'],
  ['50%', '50 per cent'],
  ['7 350012 345678', '7350012345678'],
  ['EAN: 735-0012-34567-8', 'EAN 7350012345678'],
  ['EAN 73513537 3 dl', '73513537, 3 dl'],
  ['2-pack', '2 pack'],
  ['kl. 10:00–18:00', '10.00-18.00'],
  ['49:90 kr', '49,90 kr'],
  ['5 års garanti', '5-årig garanti'],
  ['1️⃣ Skölj 2️⃣ Torka', '1. Skölj 2. Torka'],
  ['10 m<sup>2</sup>', '10 m²'],
  ['IP67', 'IP 67'],
  ['24/7', '24/7'],
  ['38/40', '38–40'],
]

/** A word may say what digits did. */
const IN_WORDS: readonly (readonly [string, string])[] = [
  ['10–12 mm', 'mellan 10 och 12 mm'],
  ['8 mm, 10 mm', '8 resp. 10 mm'],
  ['5 års garanti', 'femårig garanti'],
  ['4-pack', 'fyrpack'],
  ['1:a', 'första'],
  ['2nd generation', 'second generation'],
]

const LOST: readonly (readonly [string, string])[] = [
  ['1/2 l', '1 l'],
  ['½ l', '1/3 l'],
  ['1 ½ dl', '1 dl'],
  ['⅓ dl', '⅔ dl'],
  ['⅛ l', '1/4 l'],
  ['10–12 mm', '10–13 mm'],
  ['10x20x30 cm', '10x20x40 cm'],
  ['2 x 500 g', '1 x 500 g'],
  ['1  000 g', '1 g'],
  ['–18 °C', '18 °C'],
  ['minus 18 °C', '18 °C'],
  ['18 °C', '-18 °C'],
  ['7 350012 345678', '7350012345679'],
  ['49:90', '49:50'],
  ['skala 1:24', 'skala 1:18'],
  ['10 m<sup>2</sup>', '10 m'],
  ['50 Hz', '50 W'],
  ['modell 2, 30 cm', 'modell 3, 30 cm'],
]

describe('numbers in other forms', () => {
  test.each(SAME)('%s and %s are the same', (one, other) => {
    for (const [before, after] of [
      [one, other],
      [other, one],
    ] as const) {
      expect(keepsNumbers()(before, after)).toBeNull()
      expect(addsNoNumbers()(before, after)).toBeNull()
    }
  })

  test.each(IN_WORDS)('%s may become %s', (before, after) => {
    expect(keepsNumbers()(before, after)).toBeNull()
  })

  test.each(LOST)('%s may not become %s', (before, after) => {
    expect(keepsNumbers()(before, after)).not.toBeNull()
  })

  test.each([
    ['½ l', '1/2 l'],
    ['minus 18 °C', '-18 °C'],
    ['20 000 mAh', '20,000 mAh'],
    ['49:90 kr', 'SEK 49.90'],
    ['kl. 10.00', '10:00'],
    ['5-årig garanti', '5-year guarantee'],
    ['50 %', '50 per cent'],
  ])('%s in Swedish agrees with %s in English', (sv, en) => {
    expect(agreesInNumbers()(null, { sv, en })).toBeNull()
  })
})
