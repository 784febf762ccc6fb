import { type InflateRaw, constants, inflateRawSync } from 'node:zlib'
import { isGzip } from '#adapters/web/unpacked.ts'

const FIXED_HEADER = 10
/** A checksum and a length. */
const TRAILER = 8

/** Flags of a header (RFC 1952, 2.3.1): which members follow its fixed part. */
const HAS = { checksum: 2, extra: 4, name: 8, comment: 16 }

/** What `info` brings, which the types leave out. */
interface Inflated {
  readonly buffer: Buffer
  readonly engine: InflateRaw
}

/** What these bytes hold, as far as they are gzip. `createGunzip` gives nothing of a piece in which something else follows. */
export function membersOf(packed: Buffer): Buffer {
  const contents: Buffer[] = []
  for (let rest = packed; isGzip(rest);) {
    const member = rest.subarray(headerLength(rest))
    const options = { finishFlush: constants.Z_SYNC_FLUSH, info: true }
    const { buffer, engine } = inflateRawSync(member, options) as unknown as Inflated
    contents.push(buffer)
    rest = member.subarray(engine.bytesWritten + TRAILER)
  }
  return Buffer.concat(contents)
}

function headerLength(packed: Buffer): number {
  const flags = packed[3] ?? 0
  let length = FIXED_HEADER
  if (flags & HAS.extra) length += 2 + packed.readUInt16LE(length)
  for (const text of [HAS.name, HAS.comment]) if (flags & text) length = packed.indexOf(0, length) + 1
  return flags & HAS.checksum ? length + 2 : length
}
