/** How JSON, URLs and HTML write a character, and what mail and HTML put between the halves of a word that they break. */
const WRITTEN =
  /&#(\d{1,7});|&#[xX]([\da-fA-F]{1,6});|&(amp|lt|gt|quot|apos);|%([0-7][\da-fA-F])|(%[c-dC-D][\da-fA-F]%[89abAB][\da-fA-F]|%[eE][\da-fA-F](?:%[89abAB][\da-fA-F]){2}|%[fF][0-7](?:%[89abAB][\da-fA-F]){3})|\\u([\da-fA-F]{4})|\\(["\\/])|\\[bfnrt]|&(?:nbsp|shy);|<w?br ?\/?>|[\s\u00ad\u200b-\u200d\u2060\ufeff]/g

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** A text without its escapes, blanks and breaks, in work that is linear in it. */
export function unescaped(text: string): string {
  return text.replace(WRITTEN, (...[, ...groups]: readonly (string | undefined)[]) => plainly(groups))
}

/** The text with `replacement` in the place of each piece that is `wanted` once it is unescaped. */
export function withoutUnescaped(text: string, wanted: string, replacement: string): string {
  const { plain, starts, ends } = mapped(text)
  let result = ''
  let from = 0
  for (let at = plain.indexOf(wanted); at !== -1; at = plain.indexOf(wanted, at + wanted.length)) {
    result += text.slice(from, starts[at]) + replacement
    from = ends[at + wanted.length - 1] ?? text.length
  }
  return result + text.slice(from)
}

interface Mapped {
  readonly plain: string
  /** Where each unit of `plain` begins and ends in the text. */
  readonly starts: readonly number[]
  readonly ends: readonly number[]
}

function mapped(text: string): Mapped {
  const [starts, ends]: [number[], number[]] = [[], []]
  let plain = ''
  let from = 0
  const keepTo = (end: number): void => {
    plain += text.slice(from, end)
    for (let at = from; at < end; at++) {
      starts.push(at)
      ends.push(at + 1)
    }
  }
  for (const match of text.matchAll(WRITTEN)) {
    keepTo(match.index)
    from = match.index + match[0].length
    const said = plainly(match.slice(1))
    plain += said
    starts.push(...Array.from({ length: said.length }, () => match.index))
    ends.push(...Array.from({ length: said.length }, () => from))
  }
  keepTo(text.length)
  return { plain, starts, ends }
}

const UNSEEN = /^[\s\u00ad\u200b-\u200d\u2060\ufeff]?$/

/** The character that an escape stands for; `''` for a blank or a break. */
function plainly([decimal, hex, name, inUrl, beyondAscii, inJson, quoted]: readonly (string | undefined)[]): string {
  if (name !== undefined) return NAMED[name] ?? ''
  if (beyondAscii !== undefined) return decoded(beyondAscii)
  const code = hex ?? inUrl ?? inJson
  const character = quoted ?? characterOf(code === undefined ? Number(decimal ?? 32) : Number.parseInt(code, 16))
  return UNSEEN.test(character) ? '' : character
}

/** Also half of one, as JSON escapes it. */
function characterOf(code: number): string {
  return code > 0x10_ff_ff ? '' : String.fromCodePoint(code)
}

/** Of bytes that are no UTF-8, themselves. */
function decoded(bytes: string): string {
  try {
    return decodeURIComponent(bytes)
  } catch {
    return bytes
  }
}
