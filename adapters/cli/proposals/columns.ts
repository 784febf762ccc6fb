import type { DiffPart } from '#adapters/web/word-diff.ts'
import type { Paint } from '../paint.ts'

type Kind = DiffPart['kind']

interface Piece {
  readonly kind: Kind
  readonly text: string
}

const MARKS = { same: ['', ''], removed: ['[-', '-]'], added: ['{+', '+}'] } as const

/** Two columns with a gap need this much for lines that can be read. */
const LEAST_FOR_TWO = 100
const GAP = ' │ '

export interface Layout {
  /** Characters of a line. */
  readonly width: number
  readonly paint: Paint
  /** Whether colours show what has changed; marks do otherwise. */
  readonly hasColours: boolean
}

/** Both texts, beside each other where there is room, with what has changed in each. Ends with a line feed. */
export function beforeAndAfter(parts: readonly DiffPart[], layout: Layout): string {
  const { width, paint } = layout
  const isWide = width >= LEAST_FOR_TWO
  const column = isWide ? Math.floor((width - GAP.length) / 2) : width
  const [before, after] = (['added', 'removed'] as const).map((absent) =>
    lines(
      parts.filter(({ kind }) => kind !== absent),
      { ...layout, width: column },
    ),
  ) as [Lines, Lines]
  if (!isWide)
    return [paint.faint('Before'), ...texts(before), '', paint.faint('After'), ...texts(after), ''].join('\n')
  const head = `${paint.faint('Before'.padEnd(column))}${paint.faint(GAP)}${paint.faint('After')}`
  const rows = Array.from({ length: Math.max(before.length, after.length) }, (_, at) => {
    const { text, width: used } = before[at] ?? { text: '', width: 0 }
    return `${text}${' '.repeat(Math.max(0, column - used))}${paint.faint(GAP)}${after[at]?.text ?? ''}`.trimEnd()
  })
  return [head, ...rows, ''].join('\n')
}

type Lines = readonly { readonly text: string; readonly width: number }[]

function texts(all: Lines): readonly string[] {
  return all.map(({ text }) => text)
}

/** Breaks between words; a word that is longer than a line is broken, too. */
function lines(parts: readonly DiffPart[], { width, paint, hasColours }: Layout): Lines {
  const done: { text: string; width: number }[] = []
  let line: Piece[] = []
  let used = 0
  const end = (): void => {
    done.push({ text: shown(line, paint, hasColours), width: used })
    line = []
    used = 0
  }
  for (const piece of pieces(parts, hasColours)) {
    for (const { kind, text } of fitting(piece, width)) {
      if (text === '\n') end()
      else {
        if (used + widthOf(text) > width) end()
        // A line does not begin with the space that it was broken at.
        if (used === 0 && text.trim() === '' && done.length > 0) continue
        line.push({ kind, text })
        used += widthOf(text)
      }
    }
  }
  end()
  return done
}

/** Words, spaces and line feeds. Where there are no colours, the marks are a part of the words. */
function pieces(parts: readonly DiffPart[], hasColours: boolean): readonly Piece[] {
  return parts.flatMap(({ kind, text }) => {
    const [open, close] = hasColours ? MARKS.same : MARKS[kind]
    const words = `${open}${text}${close}`.match(/\n|[^\S\n]+|\S+/g) ?? []
    return words.map((word) => ({ kind, text: word }))
  })
}

function fitting({ kind, text }: Piece, width: number): readonly Piece[] {
  if (widthOf(text) <= width) return [{ kind, text }]
  const fitted: string[] = ['']
  for (const character of text) {
    const last = fitted.at(-1) ?? ''
    if (widthOf(last) + widthOf(character) > width) fitted.push(character)
    else fitted[fitted.length - 1] = last + character
  }
  return fitted.map((part) => ({ kind, text: part }))
}

/** Neighbours of one kind share their colour. */
function shown(line: readonly Piece[], paint: Paint, hasColours: boolean): string {
  const runs: { kind: Kind; text: string }[] = []
  for (const { kind, text } of line) {
    const last = runs.at(-1)
    if (last?.kind === kind) last.text += text
    else runs.push({ kind, text })
  }
  const coloured = { same: (text: string) => text, removed: paint.bad, added: paint.good }
  return runs.map(({ kind, text }) => (hasColours ? coloured[kind](text) : text)).join('')
}

/** How wide a terminal shows it: marks on letters take no place, and pictures and East Asian letters two. */
export function widthOf(text: string): number {
  let width = 0
  for (const character of text) {
    if (/\p{M}|\u200D|[\uFE00-\uFE0F]/u.test(character)) continue
    width +=
      /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}/u.test(
        character,
      )
        ? 2
        : 1
  }
  return width
}
