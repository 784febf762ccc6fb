// What is wrong with the text of a setting, without schemas: a command that only calls a server does not load them.

/** Of a shell, a template, a page of documentation, Windows, a script that had no value. */
const PLACEHOLDERS = [
  /\$\{[^}]*\}?|\$\([^)]*\)?|\{\{?[^{}]*\}?\}|<[^<>]*>|%(?![0-9a-f]{2})[a-z_]\w*%|%7b.*?%7d|%3c.*?%3e|…/i,
  // In the place of a host or a port; a path may have such a name.
  /(?<=^(?:\w+:\/\/[^/]*)?)\$[a-z_]\w*/i,
  /(?<=:\/\/)(?:undefined|null|\.\.\.)(?=[:/]|$)/i,
  /\byour[-_](?:own[-_])?(?:resource|endpoint|domain|deployment|account|instance|project|workspace|gateway)(?:[-_]\w+)*(?=[.:/]|$)/i,
]

/** An address that was copied, or put together, with something in it that was to be replaced. */
export function problemWithPlaceholder(text: string): string | null {
  const found = PLACEHOLDERS.map((form) => form.exec(text)?.[0]).find((placeholder) => placeholder !== undefined)
  if (found === undefined) return null
  // What stands before an "@" or behind a "?" may be a secret.
  const named = /[@?#]/.test(text) ? 'a placeholder' : `the placeholder "${found}"`
  return `holds ${named}, which nothing has replaced: write what it stands for`
}

export function problemWithUrl(text: string): string | null {
  const placeholder = problemWithPlaceholder(text)
  if (placeholder !== null) return placeholder
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) return 'must be an http or https URL'
  return /^\w+:\/\/[^/]*@/.test(text) ? 'must not hold a password' : null
}

export function problemWithPostgresUrl(text: string): string | null {
  if (!URL.canParse(text) || !/^postgres(?:ql)?:$/.test(new URL(text).protocol))
    return 'must look like "postgres://user:password@host:5432/database"'
  return isDecodable(text) ? null : 'has a "%" that stands for nothing: write it as "%25"'
}

/** Whether each "%" of a text stands for something. */
export function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

const QUOTED = /^["'“”‘’«»`].*["'“”‘’«»`]$/

export function problemWithQuotes(text: string): string | null {
  return QUOTED.test(text) ? 'must be written without quotation marks around it' : null
}

const UNREPLACED = /^(?:\$\{?\w+\}?|\$\(.*\)|<.*>|\{\{?.*\}?\}|%\w+%|undefined|null)$/

/** Of a key that goes into a header. What it holds is never repeated. */
export function problemWithKey(key: string): string | null {
  if (UNREPLACED.test(key)) return 'is a placeholder, which nothing has replaced: write the key itself'
  const odd = /[^\x21-\x7e]/u.exec(key)?.[0]
  if (odd === undefined || QUOTED.test(key)) return problemWithQuotes(key)
  return `holds a character that no key has (${codeOf(odd)}), as text does that was copied from a document`
}

export const MOST_PORT = 65_535

/** Digits and nothing else. */
export function problemWithWholeNumber(text: string, least: number, most: number): string | null {
  const isOne = /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most
  return isOne ? null : `must be a whole number from ${String(least)} to ${String(most)}`
}

export function codeOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}
