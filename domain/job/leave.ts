import type { JobWaiting } from './event.ts'
import type { JobRecord } from './job.ts'

const SHORTEST_MS = 1000
const LONGEST_MS = 600_000

/**
 * Leaves a job to other servers because this one does not know its agent. That happens in a deploy, while old and new
 * servers share the work. The next look comes after about as long as the job has waited so far: soon in a short deploy,
 * rarely in a long one. Neither an attempt nor a strike.
 *
 * @param chance from 0 to less than 1: spreads jobs that were left at the same time.
 */
export function leaveToOthers(job: JobRecord, at: number, chance: number): JobWaiting {
  const since = job.status === 'waiting' && job.wait.reason === 'unknown_agent' ? job.wait.since : at
  const until = at + Math.round(restMs(at - since) * (0.5 + chance))
  return { type: 'job.waiting', at, wait: { reason: 'unknown_agent', since, until } }
}

/** How long to leave a job alone that has been left to other servers for `leftMs`. */
export function restMs(leftMs: number): number {
  return Math.min(Math.max(leftMs, SHORTEST_MS), LONGEST_MS)
}
