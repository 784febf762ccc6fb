import { ERROR_CODES } from '#domain/app-error.ts'

export interface ServerAddress {
  readonly serverUrl: string
  /** What the user proves themselves with there. */
  readonly apiKey: string | null
  /** No setting names it, and no server of this folder has left it. So it may be of another project. */
  readonly isAssumed?: boolean
}

/** What a group of commands on a server is given. */
export interface ServerCommands {
  readonly server: () => ServerAddress
  /** For what was asked for. */
  readonly print: (text: string) => void
  /** For what is said along the way. */
  readonly note: (text: string) => void
  readonly signal: AbortSignal
}

/** What to do where no server answers. */
export const IS_IT_RUNNING =
  'Is it running? Start it with "errand dev" in its project, or set ERRAND_URL to where it is.'

/** What the person at the terminal should read, and nothing else. */
export class CliError extends Error {
  override readonly name = 'CliError'
}

/** A message about an error, and how to read more of its code if there is a page on it. */
export function withPage(message: string, code: unknown): string {
  const known = ERROR_CODES.find((each) => each === code)
  return known ? `${message}\n("errand explain ${known}" says more.)` : message
}
