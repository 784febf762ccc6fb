import type { Agent } from '#domain/agent/agent.ts'
import { DefinitionError } from '#domain/errors.ts'

/** Connections that an object may have open at a time (https://developers.cloudflare.com/workers/platform/limits/). */
export const CONNECTIONS_AT_ONCE = 6

/**
 * An alarm may run for 15 minutes (https://developers.cloudflare.com/durable-objects/api/alarms/). An attempt begins its last call after five at the
 * latest, so a call of nine ends in time. A longer one would be cut off each time, until its job failed as `poisoned`.
 */
const LONGEST_CALL_MS = 540_000

/** @throws {DefinitionError} naming a call that may outlast the alarm it is made in. */
export function checkCallTimes(agents: readonly Agent[]): readonly Agent[] {
  const tooLong = `longer than the ${String(LONGEST_CALL_MS)} ms that a call may take on Cloudflare Workers`
  for (const { name, modelTimeoutMs, tools } of agents) {
    if (modelTimeoutMs > LONGEST_CALL_MS)
      throw new DefinitionError(`Agent "${name}": modelTimeoutMs is ${String(modelTimeoutMs)}, ${tooLong}.`)
    const tool = tools.find(({ timeoutMs }) => timeoutMs > LONGEST_CALL_MS)
    if (tool)
      throw new DefinitionError(
        `Agent "${name}", tool "${tool.name}": timeoutMs is ${String(tool.timeoutMs)}, ${tooLong}.`,
      )
  }
  return agents
}
