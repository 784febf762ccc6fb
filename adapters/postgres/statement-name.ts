const names = new Map<string, string>()
/** More statements than anybody writes down: whoever makes more puts values into their texts. */
const MOST = 1000

/** A short name for a long statement, the same for the same text, by which each connection plans it once; `undefined` when there are too many. */
export function statementName(text: string): string | undefined {
  const known = names.get(text)
  if (known !== undefined || names.size >= MOST) return known
  const name = `errand_${String(names.size)}`
  names.set(text, name)
  return name
}
