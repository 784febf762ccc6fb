import type { JsonValue } from '#domain/json/json.ts'

export type LogFields = Readonly<Record<string, JsonValue | undefined>>

/** What happened, for the operator. Never pass a secret, a prompt or a model's answer. */
export interface Logger {
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  /** `error` is written with its stack, hint and causes. */
  error(message: string, error: unknown, fields?: LogFields): void
}
