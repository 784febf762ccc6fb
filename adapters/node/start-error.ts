/** The server cannot start, for a reason that whoever starts it can mend: `message` says which and how. */
export class StartError extends Error {
  override readonly name = 'StartError'
}

/** The system's own name for what went wrong, as in `EADDRINUSE`. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}
