import { type Key, emitKeypressEvents } from 'node:readline'

/** What this needs of `process.stdin`. */
export interface KeyStream extends NodeJS.ReadableStream {
  setRawMode(raw: boolean): unknown
}

export interface PressedKey {
  /** The character, or the name of the key, such as `return`; `interrupt` for Ctrl-C and Ctrl-D. */
  readonly name: string
  /** What it writes; empty for a key that writes nothing. */
  readonly text: string
}

const INTERRUPTS = ['c', 'd']

/** Reads a terminal key by key, in raw mode until it is closed. */
export class KeyReader {
  readonly #stream: KeyStream
  readonly #pressed: PressedKey[] = []
  #wanted: ((key: PressedKey) => void) | null = null
  readonly #onKey = (text: string | undefined, key: Key): void => {
    const pressed = pressedKey(text, key)
    if (this.#wanted === null) this.#pressed.push(pressed)
    else this.#wanted(pressed)
    this.#wanted = null
  }

  constructor(stream: KeyStream) {
    this.#stream = stream
    emitKeypressEvents(stream)
    this.#begin()
  }

  next(): Promise<PressedKey> {
    const pressed = this.#pressed.shift()
    if (pressed) return Promise.resolve(pressed)
    return new Promise((resolve) => (this.#wanted = resolve))
  }

  /** A line that the person writes; `null` where they leave with Escape or Ctrl-C. `echo` shows it as it is written. */
  async line(echo: (text: string) => void): Promise<string | null> {
    let line: readonly string[] = []
    for (;;) {
      const { name, text } = await this.next()
      if (name === 'escape' || name === 'interrupt') return null
      if (name === 'return' || name === 'enter') return line.join('')
      if (name === 'backspace') {
        if (line.length > 0) echo('\b \b')
        line = line.slice(0, -1)
      } else if (text !== '') {
        line = [...line, text]
        echo(text)
      }
    }
  }

  /** Leaves the terminal to another program meanwhile. */
  async aside<T>(work: () => Promise<T>): Promise<T> {
    this.close()
    try {
      return await work()
    } finally {
      this.#begin()
    }
  }

  close(): void {
    this.#stream.off('keypress', this.#onKey)
    this.#stream.setRawMode(false)
    this.#stream.pause()
  }

  #begin(): void {
    this.#stream.setRawMode(true)
    this.#stream.on('keypress', this.#onKey)
    this.#stream.resume()
  }
}

function pressedKey(written: string | undefined, key: Key): PressedKey {
  const name = key.name ?? ''
  if (key.ctrl === true && INTERRUPTS.includes(name)) return { name: 'interrupt', text: '' }
  const text = key.ctrl === true || key.meta === true ? '' : (written ?? '')
  return text === '' || /[\u0000-\u001F\u007F]/.test(text) ? { name, text: '' } : { name: text, text }
}
