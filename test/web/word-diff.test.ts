import { expect, test } from 'vitest'
import { type DiffPart, wordDiff } from '#adapters/web/word-diff.ts'

const MARKS = { same: ['', ''], removed: ['[-', '-]'], added: ['{+', '+}'] } as const

function marked(parts: readonly DiffPart[]): string {
  return parts.map(({ kind, text }) => `${MARKS[kind][0]}${text}${MARKS[kind][1]}`).join('')
}

test.each([
  ['', '', ''],
  ['the same', 'the same', 'the same'],
  ['', 'New.', '{+New.+}'],
  ['Old.', '', '[-Old.-]'],
  ['A red mug.', 'A blue mug.', 'A [-red-]{+blue+} mug.'],
  // One change, and not one for each word.
  ['Fine old wool here', 'Soft new yarn here', '[-Fine old wool-]{+Soft new yarn+} here'],
  ['One.\n\nTwo.', 'Ett.\n\nTvå.', '[-One-]{+Ett+}.\n\n[-Two-]{+Två+}.'],
  ['Längd 90,5 cm', 'Längd 90.5 cm', 'Längd [-90,5-]{+90.5+} cm'],
  ['Förkläde av linne', 'Förklädet av linne', '[-Förkläde-]{+Förklädet+} av linne'],
  ['<p>A mug</p>', '<p class="x">A mug</p>', '[-<p>-]{+<p class="x">+}A mug</p>'],
  ['a&nbsp;b', 'a&amp;b', 'a[-&nbsp;-]{+&amp;+}b'],
  ['a  b', 'a b', 'a[-  -]{+ +}b'],
  ['5 < 6 \uD800', '5 > 6 \uD800', '5 [-<-]{+>+} 6 \uD800'],
])('%j to %j', (before, after, shown) => {
  expect(marked(wordDiff(before, after))).toBe(shown)
})

test('both texts can be made of the parts, also where they have nothing in common', () => {
  const text = (seed: number): string =>
    Array.from({ length: 3000 }, (_, at) => `w${String((at * seed) % 997)}`).join(' ')
  for (const [before, after] of [
    [text(7), text(11)],
    [text(7), `${text(7)} end`],
  ] as const) {
    const parts = wordDiff(before, after)
    const without = (kind: DiffPart['kind']): string =>
      parts.map((part) => (part.kind === kind ? '' : part.text)).join('')
    expect([without('added'), without('removed')]).toEqual([before, after])
  }
})

test('texts that share next to nothing are replaced as a whole', () => {
  const words = (letter: string): string =>
    Array.from({ length: 1500 }, (_, at) => `${letter}${String(at)}`).join(' and ')
  expect(wordDiff(words('a'), words('b')).map(({ kind }) => kind)).toEqual(['removed', 'added'])
})
