import type { Agent } from '#domain/agent/agent.ts'
import type { Logger } from '#ports/logger.ts'

interface CheckedSources {
  readonly agents: readonly Agent[]
  readonly logger: Pick<Logger, 'warn'>
  readonly signal: AbortSignal
}

/** Logs which tools of other servers differ from what was accepted. A server that is away is no reason not to start. */
export async function checkToolSources({ agents, logger, signal }: CheckedSources): Promise<void> {
  const sources = new Set(agents.flatMap(({ tools }) => tools.flatMap(({ source }) => source ?? [])))
  for (const source of sources) {
    try {
      for (const reason of await source.check(signal)) logger.warn('A tool is refused.', { reason })
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      logger.warn('The tools of another server could not be checked.', { reason })
    }
  }
}
