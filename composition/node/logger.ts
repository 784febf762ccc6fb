import { ConsoleLogger } from '#adapters/logging/logger.ts'
import { LineOutput } from '#adapters/node/process/line-output.ts'

/** Writes to stderr, and ignores its errors. */
export function createNodeLogger(secrets: readonly string[]): ConsoleLogger {
  const output = new LineOutput(process.stderr)
  return new ConsoleLogger({ write: (line) => output.write(line), now: () => Date.now(), secrets })
}
