/**
 * The text of a file as spreadsheets save it: UTF-8, UTF-16, or else Windows-1252. Excel still writes the last for "CSV"
 * in Western Europe. UTF-16 is known by its byte order mark, or by half of its first letter being 0.
 */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes
  if ((first === 0xff && second === 0xfe) || second === 0) return new TextDecoder('utf-16le').decode(bytes)
  if ((first === 0xfe && second === 0xff) || first === 0) return new TextDecoder('utf-16be').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}
