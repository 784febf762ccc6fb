import { type JobRecord, isFinished } from './job.ts'

/**
 * When `job` next needs attention, in epoch milliseconds; `null` when never again.
 * A running job is looked at when its lease ends, so that one whose executor died is always found; its deadline is
 * the executor's to keep. Any other living job is looked at when its deadline passes, if not before.
 */
export function nextWakeAt(job: JobRecord): number | null {
  if (isFinished(job)) return null
  switch (job.status) {
    case 'queued':
      return Math.min(job.runAt, job.deadlineAt)
    case 'running':
      return job.lease.expiresAt
    case 'waiting':
      return job.wait.reason === 'retry' ? Math.min(job.wait.until, job.deadlineAt) : job.deadlineAt
  }
}
