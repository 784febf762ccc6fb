import type { LogFields, Logger } from '#ports/logger.ts'

interface LogLine {
  readonly level: 'info' | 'warn' | 'error'
  readonly message: string
  readonly error?: unknown
  readonly fields: LogFields
}

/** Keeps what it was told. */
export class RecordingLogger implements Logger {
  readonly lines: LogLine[] = []

  info(message: string, fields: LogFields = {}): void {
    this.lines.push({ level: 'info', message, fields })
  }

  warn(message: string, fields: LogFields = {}): void {
    this.lines.push({ level: 'warn', message, fields })
  }

  error(message: string, error: unknown, fields: LogFields = {}): void {
    this.lines.push({ level: 'error', message, error, fields })
  }
}
