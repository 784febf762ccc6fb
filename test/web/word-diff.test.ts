import { expect, test } from 'vitest'
import { type DiffPart, DiffWork, wordDiff } from '#adapters/web/word-diff.ts'

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
  expect(marked(wordDiff(before, after).parts)).toBe(shown)
})

test('both texts can be made of the parts, also where they have nothing in common', () => {
  const text = (seed: number): string =>
    Array.from({ length: 3000 }, (_, at) => `w${String((at * seed) % 997)}`).join(' ')
  for (const [before, after] of [
    [text(7), text(11)],
    [text(7), `${text(7)} end`],
  ] as const) {
    const { parts } = wordDiff(before, after)
    const without = (kind: DiffPart['kind']): string =>
      parts.map((part) => (part.kind === kind ? '' : part.text)).join('')
    expect([without('added'), without('removed')]).toEqual([before, after])
  }
})

const words = (letter: string, count: number): string =>
  Array.from({ length: count }, (_, at) => `${letter}${String(at)}`).join(' and ')

test.each([
  ['in one line', words('a', 20_000), words('b', 20_000)],
  ['line by line', words('a', 20_000).replaceAll(' and ', '\n'), words('b', 20_000).replaceAll(' and ', '\n')],
  ['of blanks', ' x'.repeat(40_000), 'x '.repeat(30_000)],
])('large texts take bounded work, and are replaced as a whole: %s', (_, before, after) => {
  const work = new DiffWork(50_000)
  const { parts, isCoarse } = wordDiff(before, after, work)
  expect([work.done, isCoarse]).toEqual([50_000, true])
  expect(parts).toEqual([
    { kind: 'removed', text: before },
    { kind: 'added', text: after },
  ])
})

test('a small change of a large text is found by its line, with work in proportion', () => {
  const lines = Array.from({ length: 4000 }, (_, at) => `Line ${String(at)} of a long text.`)
  const work = new DiffWork()
  const { parts, isCoarse } = wordDiff(
    lines.join('\n'),
    lines.with(2000, 'Line 2000 of a short text.').join('\n'),
    work,
  )
  expect(isCoarse).toBe(false)
  expect(parts.filter(({ kind }) => kind !== 'same').map(({ text }) => text)).toEqual(['long', 'short'])
  expect(work.done).toBeLessThan(4 * lines.length)
})

test('where the work ends within a text, only the rest is coarse', () => {
  const before = `A red mug.\nThe end.\n${words('a', 500)}`
  const after = `A blue mug.\nThe end.\n${words('b', 500)}`
  const { parts, isCoarse } = wordDiff(before, after, new DiffWork(500))
  expect(isCoarse).toBe(true)
  expect(marked(parts)).toContain('A [-red-]{+blue+} mug.\nThe end.')
})
