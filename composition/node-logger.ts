import { ConsoleLogger } from '#adapters/console/logger.ts'
import { LineOutput } from '#adapters/node/line-output.ts'

/** Writes to stderr, whatever becomes of it. */
export function createNodeLogger(secrets: readonly string[]): ConsoleLogger {
  const output = new LineOutput(process.stderr)
  return new ConsoleLogger({ write: (line) => output.write(line), now: () => Date.now(), secrets })
}
