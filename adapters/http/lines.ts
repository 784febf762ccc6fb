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

class PartialLine {
  readonly #maxBytes: number
  #parts: Uint8Array[] = []
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get isEmpty(): boolean {
    return this.#bytes === 0
  }

  add(part: Uint8Array): void {
    this.#bytes += part.length
    if (this.#bytes <= this.#maxBytes) this.#parts.push(part)
    else this.#parts = []
  }

  line(): Line {
    if (this.#bytes > this.#maxBytes) return null
    const [only = new Uint8Array(0)] = this.#parts
    const whole = this.#parts.length <= 1 ? only : joined(this.#parts, this.#bytes)
    return whole.at(-1) === CARRIAGE_RETURN ? whole.subarray(0, -1) : whole
  }
}

function joined(parts: readonly Uint8Array[], bytes: number): Uint8Array {
  const whole = new Uint8Array(bytes)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
