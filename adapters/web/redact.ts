/** Shorter ones are placeholders such as "x"; to look for them would redact half of every text. */
const SHORTEST_SECRET = 4

/** A shorter form may stand in a text by chance. */
const SHORTEST_FORM = 8

/** What replaces every form in which one of `secrets` may stand in a text: as it is, in a URL, in JSON and in Base64. */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const forms = new Set(secrets.filter((secret) => secret.length >= SHORTEST_SECRET).flatMap(formsOf))
  // The longest first: one secret may be the beginning of another.
  const longestFirst = [...forms].sort((a, b) => b.length - a.length)
  return (text) => longestFirst.reduce((rest, form) => rest.replaceAll(form, '[redacted]'), text)
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
