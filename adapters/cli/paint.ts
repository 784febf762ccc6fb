/** Colours of a terminal, by what they say. */
export interface Paint {
  readonly good: (text: string) => string
  readonly bad: (text: string) => string
  readonly notice: (text: string) => string
  readonly faint: (text: string) => string
}

const coloured =
  (code: number) =>
  (text: string): string =>
    `\u001B[${String(code)}m${text}\u001B[0m`

const COLOURS: Paint = { good: coloured(32), bad: coloured(31), notice: coloured(33), faint: coloured(2) }

const plain = (text: string): string => text

const NONE: Paint = { good: plain, bad: plain, notice: plain, faint: plain }

export function paintFor(hasColours: boolean): Paint {
  return hasColours ? COLOURS : NONE
}
