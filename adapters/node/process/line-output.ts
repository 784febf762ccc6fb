import { fstatSync, writeSync } from 'node:fs'
import { isatty } from 'node:tty'
import type { Writable } from 'node:stream'

/** What a reader that does not read may hold up in memory. */
const MOST_BUFFERED_BYTES = 1024 * 1024

/**
 * Lines for stdout or stderr. A line that cannot be written is dropped; that never throws and never ends the process,
 * and the next line is tried again.
 */
export class LineOutput {
  readonly #stream: Writable & { readonly fd: number }
  readonly #isFile: boolean
  /** The last line is incomplete: the next one must not continue it. */
  #isTorn = false

  constructor(stream: Writable & { readonly fd: number }) {
    this.#stream = stream
    const stat = fstatSync(stream.fd)
    this.#isFile = !stat.isFIFO() && !stat.isSocket() && !isatty(stream.fd)
    // Without a listener an error of a stream, such as EPIPE, ends the process.
    stream.on('error', () => undefined)
  }

  /** Whether the whole line was taken. */
  write(line: string): boolean {
    return this.#isFile ? this.#toFile(line) : this.#toStream(line)
  }

  /** Past the stream, which takes nothing after its first error; a full disk may have room again. */
  #toFile(line: string): boolean {
    const bytes = Buffer.from(`${this.#isTorn ? '\n' : ''}${line}\n`)
    let written = 0
    try {
      while (written < bytes.length) written += writeSync(this.#stream.fd, bytes, written)
      this.#isTorn = false
      return true
    } catch {
      this.#isTorn ||= written > 0
      return false
    }
  }

  #toStream(line: string): boolean {
    if (!this.#stream.writable || this.#stream.writableLength > MOST_BUFFERED_BYTES) return false
    this.#stream.write(`${line}\n`)
    return true
  }
}
