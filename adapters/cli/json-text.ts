/** JSON for programs and for people at once, over several lines. */
export function jsonText(value: unknown): string {
  return `${printable(JSON.stringify(value, null, 2))}\n`
}

/** The same as a line. */
export function jsonLine(value: unknown): string {
  return `${printable(JSON.stringify(value))}\n`
}

/**
 * What could steer a terminal, or turn the direction of text, is an escape, which a program reads as the same text.
 * `JSON.stringify` escapes only the characters below a blank.
 */
function printable(json: string): string {
  return json.replaceAll(UNESCAPED, escaped)
}

const UNESCAPED = /[\u007F-\u009F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
