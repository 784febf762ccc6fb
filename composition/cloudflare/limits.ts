import type { Agent } from '#domain/agent/agent.ts'
import { DefinitionError } from '#domain/agent/errors.ts'
import type { ReleasePace } from '#application/batch/release-items.ts'
import type { JobLimits } from '#domain/job/limits.ts'

/** Connections that an object may have open at a time (https://developers.cloudflare.com/workers/platform/limits/). */
export const CONNECTIONS_AT_ONCE = 6

/**
 * What one release submits: a hundred calls of objects, far below the thousand that an invocation has on the smallest
 * plan (https://developers.cloudflare.com/workers/platform/limits/). Ten items of 1 MiB fit into an object's memory.
 */
export const RELEASE_PACE: ReleasePace = { atOnce: CONNECTIONS_AT_ONCE, slice: 10, mostSlices: 10 }

/**
 * An alarm may run for 15 minutes (https://developers.cloudflare.com/durable-objects/api/alarms/). An attempt begins
 * its last call after five minutes at the latest. So a call and its time to stop may take nine and a half. A longer one
 * would be cut off each time, until its job failed as `poisoned`.
 */
const LONGEST_MS = 570_000

/** @throws {DefinitionError} naming a call that may outlast the alarm it is made in. */
export function checkCallTimes(agents: readonly Agent[], { toolStopMs }: JobLimits): readonly Agent[] {
  const longestMs = LONGEST_MS - toolStopMs
  const tooLong = `longer than the ${String(longestMs)} ms that a call may take on Cloudflare Workers`
  for (const { name, modelTimeoutMs, tools } of agents) {
    if (modelTimeoutMs > longestMs)
      throw new DefinitionError(`Agent "${name}": modelTimeoutMs is ${String(modelTimeoutMs)}, ${tooLong}.`)
    const tool = tools.find(({ timeoutMs }) => timeoutMs > longestMs)
    if (tool)
      throw new DefinitionError(
        `Agent "${name}", tool "${tool.name}": timeoutMs is ${String(tool.timeoutMs)}, ${tooLong}.`,
      )
  }
  return agents
}
