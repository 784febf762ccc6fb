import type { JobRecord } from '../job/job.ts'
import { isAhead } from '../time/clock-step.ts'
import type { WriteRecord } from './write.ts'

/** The write that is carried on next, and when; `null` where none is under way. */
export function nextWrite({ writes }: Pick<JobRecord, 'writes'>): (WriteRecord & { readonly nextAt: number }) | null {
  let next: (WriteRecord & { readonly nextAt: number }) | null = null
  for (const write of writes) {
    const { nextAt } = write
    if (nextAt !== null && (next === null || nextAt < next.nextAt)) next = { ...write, nextAt }
  }
  return next
}

/**
 * The write that `executor` may carry on now. One that another has begun is left to it until its time is over, unless
 * no other can be alive.
 */
export function dueWrite(
  job: JobRecord,
  { executor, now }: { readonly executor: { readonly id: string; readonly alone: boolean }; readonly now: number },
): WriteRecord | null {
  const next = nextWrite(job)
  if (next === null) return null
  const isFree = next.executorId !== null && (executor.alone || next.executorId === executor.id)
  const mayBeEarly = next.executorId === null && isAhead(job.updatedAt, now)
  return isFree || mayBeEarly || next.nextAt <= now ? next : null
}

const DELAYS_MS = [2000, 15_000, 120_000, 600_000]

/** How often a write is begun before it counts as failed. */
export const MOST_TRIES = DELAYS_MS.length + 1

/** When a try that failed is repeated; `null` where it was the last. */
export function retryAt({ tries }: WriteRecord, at: number): number | null {
  const delay = DELAYS_MS[tries - 1]
  return delay === undefined ? null : at + delay
}
