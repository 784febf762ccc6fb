/**
 * `.` or `..` as a segment, encoded or not, characters that some servers take for a slash, and one that some take for
 * the end. The last is in no id, and Postgres fails on it.
 */
const AMBIGUOUS = /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)|\\|%5c|%00/i

export const AMBIGUOUS_TARGET = 'The path must not hold a backslash, the character NUL, or "." or ".." as a segment.'

/**
 * Why the target of a request could be taken for another route, in one sentence; `null` when it cannot. A proxy in
 * front may have authorised the text of the path. So nothing resolves it here, neither this code nor a runtime that
 * parses it as a URL.
 * @param target as it came: a path with its query, or a whole URL.
 */
export function problemWithTarget(target: string): string | null {
  const [path = ''] = target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').split(/[?#]/, 1)
  return AMBIGUOUS.test(path) ? AMBIGUOUS_TARGET : null
}
