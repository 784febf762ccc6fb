import type { Passage } from './prose.ts'

/** A doc comment, or lines of `//` without code before them. */
const COMMENT = /^[ \t]*\/\*\*?((?:(?!\*\/)[\s\S])*)\*\/|(?:^[ \t]*\/\/.*\n?)+/gm

/** The paragraphs, list items and tags of the comments in a source. */
export function passagesIn(source: string): readonly Passage[] {
  return [...source.matchAll(COMMENT)].flatMap(({ 0: comment, index }) => {
    const line = source.slice(0, index).split('\n').length
    return paragraphsOf(comment).map((text) => ({ line, text }))
  })
}

function paragraphsOf(comment: string): readonly string[] {
  const lines = comment
    .split('\n')
    .map((line) => line.replace(/^\s*(?:\/\*\*?|\*\/|\*|\/\/)\s?/, '').replace(/\s*\*\/\s*$/, ''))
  const paragraphs: string[][] = [[]]
  for (const line of lines) {
    if (line.trim() === '' || /^\s*(?:-|@\w|\d+\.)/.test(line)) paragraphs.push([])
    if (line.trim() !== '') paragraphs.at(-1)?.push(line.trim().replace(/^- /, ''))
  }
  return paragraphs.map((words) => words.join(' ')).filter((text) => text !== '')
}
