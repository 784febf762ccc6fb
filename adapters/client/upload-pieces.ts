/** Items, one after another; or NDJSON, as bytes or text in chunks of any size. */
export type UploadSource<Item = object> =
  Iterable<Item> | AsyncIterable<Item | Uint8Array | string> | ReadableStream<Item> | ReadableStream<Uint8Array> | Blob

const LINE_FEED = 0x0a
/** What one request takes, whichever comes first. What a slow connection loses with a cut is no more than that. */
const PIECE_LINES = 1000
const PIECE_BYTES = 1_048_576
/** The server refuses lines of more than 1 MiB, so the rest of a longer one need neither be held nor sent. */
const LINE_BYTES = 2_097_152

/** Whole lines of the source. */
export class Piece {
  /** Lines of the source before it. */
  readonly from: number
  readonly lines: number
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Bytes of the source up to its end. */
  readonly sourceBytes: number

  constructor({ from, lines, bytes, sourceBytes }: Pick<Piece, 'from' | 'lines' | 'bytes' | 'sourceBytes'>) {
    this.from = from
    this.lines = lines
    this.bytes = bytes
    this.sourceBytes = sourceBytes
  }

  get to(): number {
    return this.from + this.lines
  }

  /** What comes after that line of the source. */
  after(line: number): Uint8Array<ArrayBuffer> {
    let start = 0
    for (let at = this.from; at < line; at++) start = this.bytes.indexOf(LINE_FEED, start) + 1
    return this.bytes.subarray(start)
  }
}

/** The source in pieces of whole lines: what is held is one of them. */
export async function* piecesOf(source: UploadSource): AsyncGenerator<Piece> {
  const next = new NextPiece()
  for await (const chunk of chunksOf(source)) {
    let start = 0
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      next.add(chunk.subarray(start, end + 1))
      next.endLine()
      start = end + 1
      if (next.isFull) yield next.take()
    }
    next.add(chunk.subarray(start))
  }
  next.endLast()
  if (!next.isEmpty) yield next.take()
}

class NextPiece {
  #from = 0
  #lines = 0
  #bytes = new Uint8Array(PIECE_BYTES)
  #length = 0
  #lineStart = 0
  #sourceBytes = 0

  get isFull(): boolean {
    return this.#lines >= PIECE_LINES || this.#length >= PIECE_BYTES
  }

  get isEmpty(): boolean {
    return this.#lines === 0
  }

  /** A part of one line, which may have its end. */
  add(part: Uint8Array): void {
    this.#sourceBytes += part.length
    const room = LINE_BYTES - (this.#length - this.#lineStart)
    const end = part.at(-1) === LINE_FEED ? part.subarray(-1) : part.subarray(0, 0)
    const kept = part.subarray(0, Math.min(part.length - end.length, room))
    this.#write(kept)
    this.#write(end)
  }

  endLine(): void {
    this.#lines++
    this.#lineStart = this.#length
  }

  /** What comes after the last line feed is a line too, unless it is empty. */
  endLast(): void {
    if (this.#length === this.#lineStart) return
    this.#write(Uint8Array.of(LINE_FEED))
    this.endLine()
  }

  take(): Piece {
    const bytes = this.#bytes.slice(0, this.#length)
    const piece = new Piece({ from: this.#from, lines: this.#lines, bytes, sourceBytes: this.#sourceBytes })
    this.#from += this.#lines
    this.#lines = 0
    this.#length = 0
    this.#lineStart = 0
    return piece
  }

  #write(part: Uint8Array): void {
    const length = this.#length + part.length
    if (length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(length, 2 * this.#bytes.length))
      larger.set(this.#bytes)
      this.#bytes = larger
    }
    this.#bytes.set(part, this.#length)
    this.#length = length
  }
}

async function* chunksOf(source: UploadSource): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  for await (const part of partsOf(source)) {
    if (part instanceof Uint8Array) yield part
    else if (typeof part === 'string') yield encoder.encode(part)
    else yield encoder.encode(`${JSON.stringify(part)}\n`)
  }
}

function partsOf(source: UploadSource): AsyncIterable<unknown> | Iterable<unknown> {
  if (source instanceof Blob) return readAll(source.stream())
  // Not every browser can iterate over a stream.
  return source instanceof ReadableStream ? readAll(source) : source
}

async function* readAll(stream: ReadableStream<unknown>): AsyncGenerator {
  const reader = stream.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}
