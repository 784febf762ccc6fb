/**
 * Bounds the answer to a bad request, for any request: as many problems as a person reads, each as long as a sentence.
 */
const MOST_PROBLEMS = 20
const LONGEST_PROBLEM = 300
const LONGEST_PLACE = 100

/** Something that a schema does not accept, and where it is, from the outside in. */
export interface Issue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** One sentence for each of the first issues, led by the place it is about, and one that counts the rest. */
export function describeIssues(issues: readonly Issue[]): readonly string[] {
  const shown = issues.slice(0, MOST_PROBLEMS).map(describeIssue)
  const more = issues.length - shown.length
  return more > 0 ? [...shown, `and ${String(more)} more`] : shown
}

function describeIssue({ path, message }: Issue): string {
  const place = (path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.')
  return clip(place === '' ? message : `${clip(place, LONGEST_PLACE)}: ${message}`, LONGEST_PROBLEM)
}

/** `text` with at most `most` UTF-16 units of it, never half a character, and a sign where something was cut off. */
export function clip(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).toWellFormed()}…`
}
