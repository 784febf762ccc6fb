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

export function newestOf({ newestOccurredAt }: Schedule, occurredAt: number | null): number | null {
  if (occurredAt === null) return newestOccurredAt
  return Math.max(occurredAt, newestOccurredAt ?? occurredAt)
}
