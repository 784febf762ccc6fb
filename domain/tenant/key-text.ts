/** `errand_`, the public part, which finds the key, then the secret part and a checksum of all that is before it. */
const KEY = /^(errand_([0-9a-f]{16})_[0-9a-f]{64})([0-9a-f]{8})$/

/** The text of a key. @param id 16 hex digits. @param secret 64 hex digits. */
export function keyText(id: string, secret: string): string {
  const text = `errand_${id}_${secret}`
  return text + checksum(text)
}

/** The public part of a key; `null` for what we cannot have made, so that guesses and slips of the pen cost no look-up. */
export function keyIdIn(text: string): string | null {
  const [, body = '', id = '', sum] = KEY.exec(text) ?? []
  return sum !== undefined && checksum(body) === sum ? id : null
}

/** CRC-32 (ISO 3309) of ASCII text, in hex. It proves nothing; only the hash proves that a key is right. */
function checksum(text: string): string {
  let crc = 0xffffffff
  for (let at = 0; at < text.length; at++) {
    crc ^= text.charCodeAt(at)
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return (~crc >>> 0).toString(16).padStart(8, '0')
}
