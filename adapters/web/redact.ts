import { unescaped, withoutUnescaped } from './unescaped.ts'

/** Shorter ones are placeholders such as "x"; to look for them would redact half of every text. */
const SHORTEST_SECRET = 4

/** A shorter form may stand in a text by chance. */
const SHORTEST_FORM = 8

/** A shorter one may be two words of a text, with a blank between. */
const SHORTEST_BROKEN = 10

const REDACTED = '[redacted]'

/**
 * What replaces every form in which one of `secrets` may stand in a text: as it is, in a URL, in JSON and in Base64. One
 * that is not short may also be broken over lines, with any of its characters escaped. The work is linear in the text.
 * No pattern is made of a secret: that of a long one can be too much for the engine, whose error repeats it.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const known = secrets.filter((secret) => secret.trim().length >= SHORTEST_SECRET)
  // The longest first: one secret may be the beginning of another.
  const longestFirst = longestOf(known.flatMap(formsOf))
  const broken = longestOf(secrets.map(unescaped).filter((secret) => secret.length >= SHORTEST_BROKEN))
  return (text) => {
    const rest = longestFirst.reduce((some, form) => some.replaceAll(form, REDACTED), text)
    return broken.length === 0 ? rest : withoutBroken(rest, broken)
  }
}

function withoutBroken(text: string, secrets: readonly string[]): string {
  const plain = unescaped(text)
  const found = secrets.filter((secret) => plain.includes(secret))
  return found.reduce((rest, secret) => withoutUnescaped(rest, secret, REDACTED), text)
}

/** Each once. */
function longestOf(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort((a, b) => b.length - a.length)
}

function formsOf(secret: string): readonly string[] {
  const inUrl = encodeURIComponent(secret.toWellFormed())
  const encoded = [
    inUrl,
    inUrl.replaceAll(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase()),
    inUrl.replaceAll('%20', '+'),
    JSON.stringify(secret).slice(1, -1),
    ...base64Forms(secret),
  ]
  return [secret, ...encoded.filter((form) => form.length >= SHORTEST_FORM)]
}

/** How Base64 writes a text depends on what stands before and after it: the characters that depend on the text alone, for each place. */
function base64Forms(secret: string): readonly string[] {
  const bytes = [...new TextEncoder().encode(secret)]
  return [0, 1, 2].flatMap((before) => {
    const encoded = btoa(String.fromCharCode(...Array<number>(before).fill(0), ...bytes))
    const start = Math.ceil((before * 8) / 6)
    const own = encoded.slice(start, Math.floor(((before + bytes.length) * 8) / 6))
    return [own, own.replaceAll('+', '-').replaceAll('/', '_')]
  })
}
