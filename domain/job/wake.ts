import { type JobRecord, isFinished } from './job.ts'

/**
 * When `job` next needs attention, in epoch milliseconds; `null` when never again.
 * A running job is looked at when its lease ends, so that one whose executor died is always found.
 */
export function nextWakeAt(job: JobRecord): number | null {
  if (isFinished(job)) return null
  return job.status === 'queued' ? job.runAt : job.lease.expiresAt
}
