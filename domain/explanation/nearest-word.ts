/** Of the words that are known, the one that was likely meant; `null` where none is near. */
export function nearestWord(written: string, known: readonly string[]): string | null {
  // A mistake in typing is few letters of a word, and what is longer than any word is none of them.
  const most = Math.min(3, Math.floor(written.length / 2))
  let nearest: string | null = null
  let least = most + 1
  for (const word of known) {
    if (Math.abs(word.length - written.length) >= least) continue
    const distance = distanceOf(written.toLowerCase(), word.toLowerCase())
    if (distance < least) [nearest, least] = [word, distance]
  }
  return nearest
}

/** How many letters must be changed, added or left out to make the one of the other (Levenshtein). */
function distanceOf(one: string, other: string): number {
  let above = Array.from({ length: other.length + 1 }, (_, column) => column)
  for (const [row, letter] of Array.from(one).entries()) {
    const line = [row + 1]
    for (let column = 0; column < other.length; column++) {
      const changed = (above[column] ?? 0) + (letter === other[column] ? 0 : 1)
      line.push(Math.min(changed, (above[column + 1] ?? 0) + 1, (line[column] ?? 0) + 1))
    }
    above = line
  }
  return above.at(-1) ?? 0
}
