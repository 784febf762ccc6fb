import { redactor } from '#adapters/web/redact.ts'
import { AppError } from '#domain/app-error.ts'
import type { LogFields, Logger } from '#ports/logger.ts'

/** Returns `false` for a line that could not be written. */
type Write = (line: string) => unknown

export interface ConsoleLoggerOptions {
  readonly write: Write
  readonly now: () => number
  /** Texts that must never be written, in any field. */
  readonly secrets: readonly string[]
}

/** One JSON object a line. */
export class ConsoleLogger implements Logger {
  readonly #options: ConsoleLoggerOptions
  readonly #redact: (text: string) => string
  /** Lines in a row that could not be written. */
  #lost = 0

  constructor(options: ConsoleLoggerOptions) {
    this.#options = options
    this.#redact = redactor(options.secrets)
  }

  info(message: string, fields: LogFields = {}): void {
    this.#line('info', message, fields)
  }

  warn(message: string, fields: LogFields = {}): void {
    this.#line('warn', message, fields)
  }

  error(message: string, error: unknown, fields: LogFields = {}): void {
    this.#line('error', message, { ...fields, error: describeError(error) })
  }

  #line(level: string, message: string, fields: LogFields): void {
    if (this.#lost > 0) {
      const lost = this.#textOf('warn', 'Log lines before this one could not be written.', { lines: this.#lost })
      if (this.#options.write(lost) !== false) this.#lost = 0
    }
    if (this.#options.write(this.#textOf(level, message, fields)) === false) this.#lost++
  }

  #textOf(level: string, message: string, fields: LogFields): string {
    const { now } = this.#options
    // Before the text is escaped as JSON: after that a secret could look different.
    const redact = (_name: string, value: unknown): unknown => (typeof value === 'string' ? this.#redact(value) : value)
    return JSON.stringify({ at: new Date(now()).toISOString(), level, message, ...fields }, redact)
  }
}

/** Errors in a chain of causes, which may lead back to itself. */
const MOST_CAUSES = 10

/** Never throws: an author's code may throw anything, also what throws when it is read. */
function describeError(error: unknown): string {
  try {
    return described(error, MOST_CAUSES)
  } catch {
    return 'an error that cannot be read'
  }
}

function described(error: unknown, most: number): string {
  if (!(error instanceof Error)) return String(error)
  // A refusal that was foreseen says all in its sentence; a stack is for what was not.
  const own = error instanceof AppError ? `${error.code}: ${error.message}` : (error.stack ?? error.message)
  const hint = error instanceof AppError && error.hint !== undefined ? ` (${error.hint})` : ''
  const cause = error.cause === undefined || most === 0 ? '' : `\ncaused by ${described(error.cause, most - 1)}`
  return own + hint + cause
}
