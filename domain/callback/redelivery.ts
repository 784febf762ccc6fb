import type { Delivery } from './delivery.ts'
import type { JobRecord } from '../job/job.ts'
import { RedeliveredRecentlyError, RedeliveryLimitError } from './errors.ts'

/** Between two redeliveries of one message. */
const REST_MS = 10_000
/** Of all messages of a job: each is an event, and so are its tries. */
export const MOST_REDELIVERIES = 100

/**
 * Whether a redelivery would change anything: a message that is due and has all its tries before it is on its way already.
 *
 * @throws {RedeliveredRecentlyError} {RedeliveryLimitError}
 */
export function mayRedeliver(job: JobRecord, delivery: Delivery, now: number): boolean {
  const { status, attemptCount, nextAt, redeliveredAt } = delivery
  if (status === 'pending' && attemptCount === 0 && nextAt !== null && nextAt <= now) return false
  const total = job.deliveries.reduce((sum, { redeliveries }) => sum + redeliveries, 0)
  if (total >= MOST_REDELIVERIES) throw new RedeliveryLimitError(job.id, MOST_REDELIVERIES)
  const restMs = redeliveredAt === null ? 0 : redeliveredAt + REST_MS - now
  // A longer rest is that of a clock that was set back since.
  if (restMs > 0 && restMs <= REST_MS) throw new RedeliveredRecentlyError(delivery.id, restMs)
  return true
}
