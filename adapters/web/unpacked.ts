/** What both `ReadableStreamDefaultReader` and the readers here are. */
export interface PieceReader {
  /** Without a value when there is no more. */
  read(): Promise<{ readonly value?: Uint8Array | undefined }>
}

type Packing = 'gzip' | 'deflate' | 'deflate-raw'

/** Against an answer that unpacks to itself. */
const MOST_LAYERS = 5

const PACKED = new Set(['deflate', 'br', 'zstd', 'compress', 'x-compress', 'dcb', 'dcz'])

/**
 * The bytes of an answer without its codings, as they come. Text stays as it is under any coding, and
 * what begins like gzip is unpacked without a word.
 * @param contentEncoding of the answer's head.
 */
export async function unpacked(answer: PieceReader, contentEncoding: string): Promise<PieceReader> {
  const codings = contentEncoding.split(',').map((coding) => coding.trim().toLowerCase())
  let reader = answer
  for (let layer = 0; layer < MOST_LAYERS; layer++) {
    const { value: beginning } = await reader.read()
    const whole = startingWith(beginning, reader)
    const packing = beginning && packingOf(beginning, codings.pop() ?? '')
    if (!packing) return whole
    reader = new Unpacking(whole, packing)
  }
  return reader
}

function startingWith(first: Uint8Array | undefined, rest: PieceReader): PieceReader {
  let next: PieceReader = {
    read: () => {
      next = rest
      return Promise.resolve(first ? { value: first } : {})
    },
  }
  return { read: () => next.read() }
}

function packingOf(beginning: Uint8Array, coding: string): Packing | null {
  if (isGzip(beginning)) return 'gzip'
  if (coding === 'deflate' && isZlib(beginning)) return 'deflate'
  if (isText(beginning) || !PACKED.has(coding)) return null
  // Some servers leave out the frame that the name stands for (RFC 9110, 8.4.1.2).
  if (coding === 'deflate') return 'deflate-raw'
  throw new Error(`The answer is compressed as "${coding}", which cannot be read here`)
}

function isZlib([first = 0, second = 0]: Uint8Array): boolean {
  return first % 16 === 8 && (first * 256 + second) % 31 === 0
}

export function isGzip([first, second]: Uint8Array): boolean {
  return first === 0x1f && second === 0x8b
}

/** By its first byte: JSON, an event or a page. */
export function isText([first = 0]: Uint8Array): boolean {
  return (first >= 0x20 && first < 0x7f) || [0x09, 0x0a, 0x0d, 0xef].includes(first)
}

/** The content of packed pieces. workerd refuses what follows their end, and gives nothing of the piece that holds the end. */
class Unpacking implements PieceReader {
  readonly #packing: Packing
  readonly #content: PieceReader
  readonly #taken: Uint8Array[] = []
  #given = 0
  #error: Error | null = null

  constructor(packed: PieceReader, packing: Packing) {
    this.#packing = packing
    const taken = this.#taken
    const source = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const { value } = await packed.read()
        if (!value) {
          controller.close()
          return
        }
        taken.push(value)
        controller.enqueue(value)
      },
    })
    this.#content = source.pipeThrough(decompression(packing)).getReader()
  }

  async read(): Promise<{ readonly value?: Uint8Array | undefined }> {
    if (this.#error) throw this.#error
    try {
      const { value } = await this.#content.read()
      this.#given += value?.length ?? 0
      return { value }
    } catch (error) {
      this.#error = error as Error
      const all = await membersOf(await joined(this.#taken), this.#packing)
      if (all.length <= this.#given) throw error
      return { value: all.subarray(this.#given) }
    }
  }
}

function decompression(packing: Packing): ReadableWritablePair<Uint8Array, Uint8Array> {
  return new DecompressionStream(packing) as unknown as ReadableWritablePair<Uint8Array, Uint8Array>
}

/** What these bytes hold, as far as they can be unpacked: members of gzip follow each other. */
async function membersOf(packed: Uint8Array, packing: Packing): Promise<Uint8Array> {
  const end = await endOf(packed, packing)
  const content = await contentOf(packed.subarray(0, end), packing)
  const rest = packed.subarray(end)
  return end > 0 && isGzip(rest) ? joined([content, await membersOf(rest, packing)]) : content
}

/** Where the first member ends: found by halves, as only a refusal shows it. */
async function endOf(packed: Uint8Array, packing: Packing): Promise<number> {
  let [fits, tooLong] = [0, packed.length + 1]
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2)
    if (await isTaken(packed.subarray(0, middle), packing)) fits = middle
    else tooLong = middle
  }
  return fits
}

async function isTaken(packed: Uint8Array, packing: Packing): Promise<boolean> {
  const { readable, writable } = decompression(packing)
  const writer = writable.getWriter()
  readable.pipeTo(new WritableStream()).catch(() => undefined)
  writer.closed.catch(() => undefined)
  try {
    await writer.write(packed)
    return true
  } catch {
    return false
  } finally {
    writer.abort().catch(() => undefined)
  }
}

async function contentOf(packed: Uint8Array, packing: Packing): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  const take = (piece: Uint8Array): void => {
    pieces.push(piece)
  }
  const source = new Blob([packed as Uint8Array<ArrayBuffer>]).stream() as ReadableStream<Uint8Array>
  await source
    .pipeThrough(decompression(packing))
    .pipeTo(new WritableStream({ write: take }))
    .catch(() => undefined)
  return joined(pieces)
}

async function joined(pieces: readonly Uint8Array[]): Promise<Uint8Array> {
  return new Uint8Array(await new Blob(pieces as Uint8Array<ArrayBuffer>[]).arrayBuffer())
}
