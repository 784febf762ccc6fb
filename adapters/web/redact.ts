/** Shorter ones are placeholders such as "x"; to look for them would redact half of every text. */
const SHORTEST_SECRET = 4

/** A shorter form may stand in a text by chance. */
const SHORTEST_FORM = 8

/**
 * What replaces every form in which one of `secrets` may stand in a text. It may be written as it is, in Base64, or with
 * any of its characters escaped for a URL, JSON or HTML. One that is not short may also be broken over lines. The time
 * that it takes is linear in the text.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const known = secrets.filter((secret) => secret.trim().length >= SHORTEST_SECRET)
  // The longest first: one secret may be the beginning of another.
  const longestFirst = [...new Set(known)].sort((a, b) => b.length - a.length)
  const forms = [...longestFirst.flatMap(base64Forms), ...longestFirst.map(patternOf)]
  return (text) => forms.reduce<string>((rest, form) => rest.replaceAll(form, '[redacted]'), text)
}

/** What mail, HTML and JSON put between the halves of a word that they break. Without a limit, all of a text may be one. */
const GAP = String.raw`(?:[\s\u00ad\u200b-\u200d\u2060\ufeff]|\\[nrt]|<w?br ?/?>){0,64}`

/** What stands for a blank. Beside it there is no gap: the two would match the same blanks in too many ways. */
const BLANK = String.raw`(?:\s|\+|%20|%0[AaDd]|&nbsp;|\\[nrt]){0,64}`

function patternOf(secret: string): RegExp {
  const gap = secret.length < SHORTEST_FORM ? '' : GAP
  const words = secret.trim().toWellFormed().split(/\s+/)
  return new RegExp(words.map((word) => Array.from(word, characterPattern).join(gap)).join(BLANK), 'g')
}

const NAMED: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' }

function characterPattern(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const units = Array.from({ length: character.length }, (_, at) => hex(character.charCodeAt(at), 4))
  const inUrl = encodeURIComponent(character)
  const forms = [
    // JSON also escapes what is no letter by itself.
    /\w/.test(character) ? character : String.raw`\\?` + character.replace(/[$()*+./?[\\\]^{|}]/, String.raw`\$&`),
    `&#0*${String(code)};`,
    `&#[xX]0*${hex(code, 1)};`,
    ...(character in NAMED ? [`&${NAMED[character] ?? ''};`] : []),
    inUrl.startsWith('%') ? anyCase(inUrl) : `%${hex(code, 2)}`,
    units.map((unit) => String.raw`\\u` + unit).join(''),
  ]
  return `(?:${forms.join('|')})`
}

function hex(code: number, digits: number): string {
  return anyCase(code.toString(16).padStart(digits, '0'))
}

function anyCase(digits: string): string {
  return digits.replaceAll(/[a-f]/gi, (letter) => `[${letter.toLowerCase()}${letter.toUpperCase()}]`)
}

/** How Base64 writes a text depends on what stands before and after it: the characters that depend on the text alone, for each place. */
function base64Forms(secret: string): readonly string[] {
  const bytes = [...new TextEncoder().encode(secret)]
  const forms = [0, 1, 2].flatMap((before) => {
    const encoded = btoa(String.fromCharCode(...Array<number>(before).fill(0), ...bytes))
    const start = Math.ceil((before * 8) / 6)
    const own = encoded.slice(start, Math.floor(((before + bytes.length) * 8) / 6))
    return [own, own.replaceAll('+', '-').replaceAll('/', '_')]
  })
  return [...new Set(forms)].filter((form) => form.length >= SHORTEST_FORM)
}
