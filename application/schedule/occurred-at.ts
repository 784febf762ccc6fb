import type { Schedule } from '#domain/schedule/schedule.ts'
import { isOnce } from '#domain/schedule/spec.ts'

/** An event that is older than the newest seen; after the end also one that is as old, for the end has seen it. */
export function isStale(schedule: Schedule, occurredAt: number | null): boolean {
  const { newestOccurredAt } = schedule
  if (occurredAt === null || newestOccurredAt === null) return false
  return isSpent(schedule) ? occurredAt <= newestOccurredAt : occurredAt < newestOccurredAt
}

/** Whether nothing is to come: the schedule has ended, or its only fire is decided and its job is being submitted. */
export function isSpent({ status, spec, nextFireAt, waiting, pending }: Schedule): boolean {
  return status === 'ended' || (isOnce(spec.when) && nextFireAt === null && !waiting && pending !== null)
}

/** The newest event seen, with one that is not stale. */
export function newestOf({ newestOccurredAt }: Schedule, occurredAt: number | null): number | null {
  return occurredAt ?? newestOccurredAt
}
