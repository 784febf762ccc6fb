/** Odd constants with well-mixed bits, one for each lane: those of MurmurHash3 (x86, 128 bits). */
const LANES = [0x239b961b, 0xab0e9789, 0x38b34ae5, 0xa1e38b93] as const

/**
 * 128 bits of `text` as 32 hex digits: the same in every process and release. It spreads ids evenly, and is no
 * protection against a person who wants two texts to meet.
 */
export function hash128(text: string): string {
  return LANES.map((lane) => mixed(text, lane)).join('')
}

/** 64 bits of `text` as 16 hex digits. */
export function hash64(text: string): string {
  return mixed(text, LANES[0]) + mixed(text, LANES[1])
}

function mixed(text: string, lane: number): string {
  let hash = lane ^ text.length
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x85ebca6b)
    hash = (hash << 13) | (hash >>> 19)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hex(hash ^ (hash >>> 16))
}

/** Each byte as two digits. */
const BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** By bytes: `toString(16)` is slow for what is beyond 31 bits. */
function hex(bits: number): string {
  return byte(bits >>> 24) + byte(bits >>> 16) + byte(bits >>> 8) + byte(bits)
}

function byte(bits: number): string {
  return BYTES[bits & 0xff] ?? ''
}
