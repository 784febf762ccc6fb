import type { LogFields, Logger } from '#ports/logger.ts'

/** Keeps what it was told. */
export class RecordingLogger implements Logger {
  readonly lines: { readonly message: string; readonly error?: unknown; readonly fields: LogFields }[] = []

  info(message: string, fields: LogFields = {}): void {
    this.lines.push({ message, fields })
  }

  warn(message: string, fields: LogFields = {}): void {
    this.lines.push({ message, fields })
  }

  error(message: string, error: unknown, fields: LogFields = {}): void {
    this.lines.push({ message, error, fields })
  }
}
