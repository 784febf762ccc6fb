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
  const code = systemCode(cause)
  const sentence =
    code === 'EADDRINUSE'
      ? `Another program listens on ${host}:${String(port)} (${code}). Stop it, or set another port, such as ERRAND_PORT=${String(port + 1)}.`
      : `Cannot listen on ${host}:${String(port)} (${code}). Set ERRAND_HOST or ERRAND_PORT.`
  return new StartError(sentence, { cause })
}
