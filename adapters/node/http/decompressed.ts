import { promisify } from 'node:util'
import * as zlib from 'node:zlib'

/** Far more than any model writes; against an answer that is made to fill the memory. */
const LIMIT = { maxOutputLength: 64 * 1024 * 1024 }

type Decompress = (bytes: Buffer) => Promise<Buffer>

const zipped = (bytes: Buffer): Promise<Buffer> => promisify<Buffer, object, Buffer>(zlib.unzip)(bytes, LIMIT)
const raw = (bytes: Buffer): Promise<Buffer> => promisify<Buffer, object, Buffer>(zlib.inflateRaw)(bytes, LIMIT)

const CODINGS: Readonly<Record<string, Decompress | undefined>> = {
  identity: (bytes) => Promise.resolve(bytes),
  gzip: zipped,
  'x-gzip': zipped,
  // Some servers leave out the frame that the name stands for (RFC 9110, 8.4.1.2).
  deflate: (bytes) => ((bytes[0] ?? 0) % 16 === 8 ? zipped(bytes) : raw(bytes)),
  br: (bytes) => promisify<Buffer, object, Buffer>(zlib.brotliDecompress)(bytes, LIMIT),
  // Node has it from 22.15.
  ...('zstdDecompress' in zlib && {
    zstd: (bytes: Buffer) => promisify<Buffer, object, Buffer>(zlib.zstdDecompress)(bytes, LIMIT),
  }),
}

/**
 * An answer without its `Content-Encoding`, of which the last was applied last.
 * @throws {Error} for a coding that is not known, and for bytes that are not what it says.
 */
export async function decompressed(bytes: Buffer, contentEncoding: string): Promise<Buffer> {
  let plain = bytes
  for (const coding of contentEncoding.split(',').reverse()) {
    const decompress = CODINGS[coding.trim()]
    if (!decompress) throw new Error(`The answer is compressed as "${coding.trim()}", which cannot be read here`)
    if (plain.length > 0) plain = await decompress(plain)
  }
  return plain
}
