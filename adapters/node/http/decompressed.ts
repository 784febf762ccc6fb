import { promisify } from 'node:util'
import * as zlib from 'node:zlib'

/** Far more than any model writes; against an answer that is made to fill the memory. */
const maxOutputLength = 64 * 1024 * 1024
/** Of what was cut off, its beginning, as `fetch` has it: the answer in it may be whole. */
const LIMIT = { maxOutputLength, finishFlush: zlib.constants.Z_SYNC_FLUSH }
const BROTLI_LIMIT = { maxOutputLength, finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH }

type Decompress = (bytes: Buffer) => Promise<Buffer>

const zipped = (bytes: Buffer): Promise<Buffer> => promisify<Buffer, object, Buffer>(zlib.unzip)(bytes, LIMIT)
const raw = (bytes: Buffer): Promise<Buffer> => promisify<Buffer, object, Buffer>(zlib.inflateRaw)(bytes, LIMIT)

const CODINGS: ReadonlyMap<string, Decompress> = new Map([
  ['gzip', zipped],
  ['x-gzip', zipped],
  // Some servers leave out the frame that the name stands for (RFC 9110, 8.4.1.2).
  ['deflate', (bytes) => ((bytes[0] ?? 0) % 16 === 8 ? zipped(bytes) : raw(bytes))],
  ['br', (bytes) => promisify<Buffer, object, Buffer>(zlib.brotliDecompress)(bytes, BROTLI_LIMIT)],
  // Node has it from 22.15.
  ...('zstdDecompress' in zlib
    ? [
        [
          'zstd',
          (bytes: Buffer) => promisify<Buffer, object, Buffer>(zlib.zstdDecompress)(bytes, { maxOutputLength }),
        ] as const,
      ]
    : []),
])

const UNREADABLE = new Set(['compress', 'x-compress', 'zstd', 'dcb', 'dcz'])

/** Some servers name a charset, or nothing, where a coding belongs: such an answer is as it is. */
export function isCompressed(contentEncoding: string): boolean {
  return codingsIn(contentEncoding).length > 0
}

/**
 * An answer without its `Content-Encoding`, of which the last was applied last.
 * @throws {Error} for a coding that cannot be read, and for bytes that are not what it says.
 */
export async function decompressed(bytes: Buffer, contentEncoding: string): Promise<Buffer> {
  let plain = bytes
  for (const coding of codingsIn(contentEncoding).reverse()) {
    const decompress = CODINGS.get(coding)
    if (!decompress) throw new Error(`The answer is compressed as "${coding}", which cannot be read here`)
    if (plain.length > 0) plain = await decompress(plain)
  }
  return plain
}

function codingsIn(contentEncoding: string): string[] {
  const named = contentEncoding.split(',').map((coding) => coding.trim().toLowerCase())
  return named.filter((coding) => CODINGS.has(coding) || UNREADABLE.has(coding))
}
