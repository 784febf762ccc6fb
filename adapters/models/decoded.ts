const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })

/** Bytes as text: as UTF-8, which JSON is in; where they are none, by the mark at their beginning or the charset of the `Content-Type`. */
export function decoded(pieces: readonly Uint8Array[], contentType: string): string {
  const bytes = joined(pieces)
  try {
    return UTF_8.decode(bytes)
  } catch {
    return decoderFor(bytes, contentType).decode(bytes)
  }
}

/** The same of an answer of which more will come: its last character may be cut. */
export function beginningOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes, { stream: true }).trimStart()
}

export const LINE_FEED = 10
export const CARRIAGE_RETURN = 13
export const COLON = 58
const WHITE_SPACE: ReadonlySet<number | undefined> = new Set([9, LINE_FEED, CARRIAGE_RETURN, 32])
/** `]` and `}`. */
const JSON_ENDS: ReadonlySet<number | undefined> = new Set([93, 125])
const UTF_8_MARK = [0xef, 0xbb, 0xbf]

/** What follows the white space and the whole comments (lines that begin with a colon) at the beginning. */
export function afterKeepAlive(pieces: readonly Uint8Array[]): {
  readonly rest: Uint8Array
  readonly isCommented: boolean
} {
  const bytes = joined(pieces)
  let at = UTF_8_MARK.every((byte, index) => bytes[index] === byte) ? UTF_8_MARK.length : 0
  let isCommented = false
  for (;;) {
    while (WHITE_SPACE.has(bytes[at])) at++
    const end = bytes[at] === COLON ? bytes.indexOf(LINE_FEED, at) : -1
    if (end < 0) return { rest: bytes.subarray(at), isCommented }
    isCommented = true
    at = end + 1
  }
}

export function holdsLineEnd(bytes: Uint8Array): boolean {
  return bytes.includes(LINE_FEED) || bytes.includes(CARRIAGE_RETURN)
}

/** Whether a whole answer may end with these bytes. */
export function endsLikeJson(bytes: Uint8Array): boolean {
  return JSON_ENDS.has(bytes[bytes.findLastIndex((byte) => !WHITE_SPACE.has(byte))])
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [first = new Uint8Array(), ...more] = pieces
  if (more.length === 0) return first
  const bytes = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    bytes.set(piece, at)
    at += piece.length
  }
  return bytes
}

function decoderFor([first, second]: Uint8Array, contentType: string): TextDecoder {
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le')
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be')
  try {
    return new TextDecoder(/charset="?([\w-]+)/i.exec(contentType)?.[1] ?? 'utf-8')
  } catch {
    return new TextDecoder()
  }
}
