/**
 * The text of a file as spreadsheets save it: UTF-8, UTF-16, or else Windows-1252. Excel still writes the last for "CSV"
 * in Western Europe. UTF-16 is known by its byte order mark, or by half of its first letter being 0. A file of two programs
 * may hold both of the others, so that one bad line must not spoil the letters of all: each is read by itself.
 */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes
  if ((first === 0xff && second === 0xfe) || second === 0) return new TextDecoder('utf-16le').decode(bytes)
  if ((first === 0xfe && second === 0xff) || first === 0) return new TextDecoder('utf-16be').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return linesOf(bytes).map(decodeLine).join('')
  }
}

const LINE_FEED = 10

/** Each with its end. */
function linesOf(bytes: Uint8Array): readonly Uint8Array[] {
  const lines: Uint8Array[] = []
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf(LINE_FEED, from)
    const next = end === -1 ? bytes.length : end + 1
    lines.push(bytes.subarray(from, next))
    from = next
  }
  return lines
}

function decodeLine(line: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(line)
  } catch {
    return new TextDecoder('windows-1252').decode(line)
  }
}
