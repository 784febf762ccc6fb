import type { HttpAddress } from '#adapters/http/server.ts'

/** The server cannot start, for a reason that the operator can fix: `message` says what and how. */
export class StartError extends Error {
  override readonly name = 'StartError'
}

/** The system's own name for what went wrong, as in `EADDRINUSE`. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}

export function cannotListen({ host, port }: HttpAddress, cause: unknown): StartError {
  const sentence = `Cannot listen on ${host}:${String(port)} (${systemCode(cause)}). Set ERRAND_HOST or ERRAND_PORT.`
  return new StartError(sentence, { cause })
}
