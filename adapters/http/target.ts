/** `.` or `..` as a segment, whatever of it is encoded, and what some servers take for a slash. */
const AMBIGUOUS = /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)|\\|%5c/i

export const AMBIGUOUS_TARGET = 'The path must not hold a backslash, or "." or ".." as a segment.'

/**
 * Why the target of a request could be taken for that of another route, in one sentence; `null` when it cannot. A proxy in front may have decided
 * by the text what the caller may reach, so nothing is resolved here: neither by us nor by a runtime that reads it as an URL.
 * @param target as it came: a path with its query, or a whole URL.
 */
export function problemWithTarget(target: string): string | null {
  const [path = ''] = target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').split(/[?#]/, 1)
  return AMBIGUOUS.test(path) ? AMBIGUOUS_TARGET : null
}
