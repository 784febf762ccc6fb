/** A line of a body, without its end; `null` for one that is longer than it may be. */
export type Line = Uint8Array | null

const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d

/**
 * Splits a body into lines as it comes. In memory is at most one line and one chunk of the body. What comes after the
 * last line feed is a line too, unless it is empty.
 * @throws what the body throws, as when its sender has left: then the last line is not whole, and not given.
 */
export async function* linesOf(body: ReadableStream<Uint8Array>, maxBytes: number): AsyncGenerator<Line> {
  let partial = new PartialLine(maxBytes)
  for await (const chunk of body) {
    let from = 0
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, from)) {
      partial.add(chunk.subarray(from, end))
      yield partial.line()
      partial = new PartialLine(maxBytes)
      from = end + 1
    }
    partial.add(chunk.subarray(from))
  }
  if (!partial.isEmpty) yield partial.line()
}

/** One buffer: a sender of single bytes would make a list of parts a hundred times as large as the line. */
class PartialLine {
  readonly #maxBytes: number
  #buffer = new Uint8Array(0)
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get isEmpty(): boolean {
    return this.#bytes === 0
  }

  add(part: Uint8Array): void {
    const end = this.#bytes + part.length
    if (end > this.#maxBytes) this.#buffer = new Uint8Array(0)
    else {
      if (end > this.#buffer.length) this.#grow(end)
      this.#buffer.set(part, this.#bytes)
    }
    this.#bytes = end
  }

  line(): Line {
    if (this.#bytes > this.#maxBytes) return null
    const isLongEnd = this.#bytes > 0 && this.#buffer[this.#bytes - 1] === CARRIAGE_RETURN
    return this.#buffer.subarray(0, isLongEnd ? this.#bytes - 1 : this.#bytes)
  }

  /** Doubled, so that a byte is copied at most twice on average. A line that comes whole gets its own size. */
  #grow(needed: number): void {
    const grown = new Uint8Array(Math.min(this.#maxBytes, Math.max(needed, this.#buffer.length * 2)))
    grown.set(this.#buffer.subarray(0, this.#bytes))
    this.#buffer = grown
  }
}
