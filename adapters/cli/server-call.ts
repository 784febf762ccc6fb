import { ERROR_CODES } from '#domain/app-error.ts'
import type { JsonValue } from '#domain/json/json.ts'

export interface ServerCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly body?: JsonValue
}

export interface ServerAddress {
  readonly serverUrl: string
  /** What the user proves themselves with there. */
  readonly apiKey: string | null
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

/** @throws {CliError} when the server cannot be reached, or with its own words when it refuses. */
export async function callServer(
  { serverUrl, apiKey }: ServerAddress,
  { method, path, body }: ServerCall,
  signal: AbortSignal,
): Promise<unknown> {
  // A server may live below a path: what is asked for is below that too.
  const url = `${serverUrl.replace(/\/+$/, '')}${path}`
  const headers = {
    ...(apiKey !== null && { authorization: `Bearer ${apiKey}` }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
  }
  const request = { method, signal, headers, ...(body !== undefined && { body: JSON.stringify(body) }) }
  const response = await fetch(url, request).catch((cause: unknown) => {
    throw new CliError(`No server answers at ${serverUrl}. ${IS_IT_RUNNING}`, { cause })
  })
  const text = await response.text()
  if (!response.ok) throw new CliError(problemIn(text) ?? `The server answered ${String(response.status)}.`)
  return JSON.parse(text)
}

/** What Problem Details say, and where there is more. */
function problemIn(text: string): string | undefined {
  try {
    const problem = JSON.parse(text) as { readonly detail?: unknown; readonly code?: unknown } | null
    if (typeof problem?.detail !== 'string') return undefined
    return withPage(problem.detail, problem.code)
  } catch {
    // Not from Errand, then.
    return undefined
  }
}

/** A message about an error, and how to read more of its code if there is a page on it. */
export function withPage(message: string, code: unknown): string {
  const known = ERROR_CODES.find((each) => each === code)
  return known ? `${message}\n("errand explain ${known}" says more.)` : message
}
