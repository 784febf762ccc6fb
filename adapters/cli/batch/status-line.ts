/** One line that changes, where there is a terminal; nothing where the output is a file. */
export class StatusLine {
  readonly #write: ((text: string) => void) | null
  #shown = 0

  constructor(write: ((text: string) => void) | null) {
    this.#write = write
  }

  show(text: string): void {
    this.#write?.(`\r${text.padEnd(this.#shown)}`)
    this.#shown = text.length
  }

  /** What follows takes its place. */
  clear(): void {
    if (this.#shown > 0) this.#write?.(`\r${' '.repeat(this.#shown)}\r`)
    this.#shown = 0
  }

  /** What follows begins on a line of its own. */
  end(): void {
    if (this.#shown > 0) this.#write?.('\n')
    this.#shown = 0
  }
}
