import { forPeople } from '#adapters/logging/for-people.ts'
import { ConsoleLogger } from '#adapters/logging/logger.ts'
import { LineOutput } from '#adapters/node/process/line-output.ts'
import type { LogFormat } from '../settings/settings.ts'

/** Writes to stderr, and ignores its errors. @param format by default for a person at a terminal, and else for a program. */
export function createNodeLogger(secrets: readonly string[], format: LogFormat | null = null): ConsoleLogger {
  const output = new LineOutput(process.stderr)
  const isText = (format ?? (process.stderr.isTTY ? 'text' : 'json')) === 'text'
  const write = (line: string): boolean => output.write(isText ? forPeople(line) : line)
  return new ConsoleLogger({ write, now: () => Date.now(), secrets })
}
