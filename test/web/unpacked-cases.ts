import { deepStrictEqual, ok, rejects } from 'node:assert/strict'
import { unpacked } from '#adapters/web/unpacked.ts'

type Bytes = Uint8Array<ArrayBuffer>

const SAID = `{"said":"hej ${'hej '.repeat(40_000)}"}`
const TEXT: Bytes = bytesOf(SAID)
const GARBAGE = bytesOf('garbage')
const BROTLI = Uint8Array.from([0x0b, 0x01, 0x80, 0x68, 0x65, 0x6a, 0x03])

interface BytesReader {
  read(): Promise<{ readonly value?: Bytes | undefined }>
}

interface Case {
  readonly name: string
  run(): Promise<void>
}

function bytesOf(text: string): Bytes {
  return new Uint8Array(new TextEncoder().encode(text))
}

async function packed(format: 'gzip' | 'deflate' | 'deflate-raw', content = TEXT): Promise<Bytes> {
  const stream = new Blob([content]).stream().pipeThrough(new CompressionStream(format))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

async function joined(...pieces: readonly Bytes[]): Promise<Bytes> {
  return new Uint8Array(await new Blob([...pieces]).arrayBuffer())
}

/** Piece by piece, as a network brings it. */
function readerOf(bytes: Bytes, size: number): BytesReader {
  let at = 0
  return {
    read: () => {
      const value = bytes.subarray(at, (at += size))
      return Promise.resolve(value.length > 0 ? { value } : {})
    },
  }
}

/** What comes before an error, and the error. */
async function read(answer: BytesReader, coding: string): Promise<string> {
  const pieces: Bytes[] = []
  try {
    const reader = await unpacked(answer, coding)
    for (let next = await reader.read(); next.value; next = await reader.read()) pieces.push(new Uint8Array(next.value))
  } catch (error) {
    if (pieces.length === 0) throw error
  }
  return new TextDecoder().decode(await joined(...pieces))
}

const ANSWERS: readonly (readonly [string, coding: string, () => Promise<Bytes>])[] = [
  ['as it says', 'gzip', () => packed('gzip')],
  ['without a word', '', () => packed('gzip')],
  ['twice, once without a word', 'gzip', async () => packed('gzip', await packed('gzip'))],
  ['in two ways', 'deflate, gzip', async () => packed('gzip', await packed('deflate'))],
  ['as deflate', 'deflate', () => packed('deflate')],
  ['as deflate without its frame', 'deflate', () => packed('deflate-raw')],
  ['before garbage', 'gzip', async () => joined(await packed('gzip'), GARBAGE)],
  ['not at all, but says so: gzip', 'gzip', () => Promise.resolve(TEXT)],
  ['not at all, but says so: deflate', 'deflate', () => Promise.resolve(TEXT)],
  ['not at all, but says so: br', 'br', () => Promise.resolve(TEXT)],
]

const inParts = async (): Promise<Bytes> =>
  joined(await packed('gzip', TEXT.slice(0, 9)), await packed('gzip', TEXT.slice(9)))

const ANSWERS_IN_PARTS: typeof ANSWERS = [
  ['in parts', 'gzip', inParts],
  ['in parts before garbage', '', async () => joined(await inParts(), GARBAGE)],
]

function casesOf(answers: typeof ANSWERS): readonly Case[] {
  return answers.flatMap(([how, coding, make]) =>
    [1000, 1_000_000].map((size) => ({
      name: `an answer that is packed ${how} is read, in pieces of ${String(size)}`,
      run: async () => {
        ok((await read(readerOf(await make(), size), coding)) === SAID)
      },
    })),
  )
}

/** Node's own `fetch` takes parts together. */
export const CASES_IN_PARTS = casesOf(ANSWERS_IN_PARTS)

/** Plain data, as workerd has an unpacking of its own. */
export const UNPACKED_CASES: readonly Case[] = [
  ...casesOf(ANSWERS),
  {
    name: 'an answer that is cut off is read as far as it came',
    run: async () => {
      const content = crypto.getRandomValues(new Uint8Array(10_000)).join()
      const whole = await packed('gzip', bytesOf(content))
      const text = await read(readerOf(whole.slice(0, 15_000), 1000), 'gzip')
      deepStrictEqual([text.length > 10_000, content.startsWith(text)], [true, true])
    },
  },
  {
    name: 'an answer in a coding that cannot be read is refused',
    run: () => rejects(read(readerOf(BROTLI, 100), 'br'), /compressed as "br", which cannot be read here/),
  },
]
