import type { Schedule } from '#domain/schedule/schedule.ts'

/** An event that is older than the newest seen; after the end also one that is as old, for the end has seen it. */
export function isStale({ newestOccurredAt, status }: Schedule, occurredAt: number | null): boolean {
  if (occurredAt === null || newestOccurredAt === null) return false
  return status === 'ended' ? occurredAt <= newestOccurredAt : occurredAt < newestOccurredAt
}

export function newestOf({ newestOccurredAt }: Schedule, occurredAt: number | null): number | null {
  if (occurredAt === null) return newestOccurredAt
  return Math.max(occurredAt, newestOccurredAt ?? occurredAt)
}
