import type { DeliveryState } from './delivery.ts'
import { DeliveryNotFoundError, RedeliveredRecentlyError, RedeliveryLimitError } from './errors.ts'

/** Between two redeliveries of one message. */
const REST_MS = 10_000
/** Of all messages of a job or a batch: each is kept, and so are its tries. */
export const MOST_REDELIVERIES = 100

/** What messages are about: a job or a batch. */
interface Owner<D extends DeliveryState> {
  readonly id: string
  readonly deliveries: readonly D[]
}

/** @throws {DeliveryNotFoundError} */
export function deliveryOf<D extends DeliveryState>({ id: ownerId, deliveries }: Owner<D>, deliveryId: string): D {
  const delivery = deliveries.find(({ id }) => id === deliveryId)
  if (!delivery) throw new DeliveryNotFoundError(ownerId, deliveryId)
  return delivery
}

/**
 * Whether a redelivery would change anything: a message that is due and has all its tries before it is on its way already.
 *
 * @throws {RedeliveredRecentlyError} {RedeliveryLimitError}
 */
export function mayRedeliver<D extends DeliveryState>(owner: Owner<D>, delivery: D, now: number): boolean {
  const { status, attemptCount, nextAt, redeliveredAt } = delivery
  if (status === 'pending' && attemptCount === 0 && nextAt !== null && nextAt <= now) return false
  const total = owner.deliveries.reduce((sum, { redeliveries }) => sum + redeliveries, 0)
  if (total >= MOST_REDELIVERIES) throw new RedeliveryLimitError(owner.id, MOST_REDELIVERIES)
  const restMs = redeliveredAt === null ? 0 : redeliveredAt + REST_MS - now
  // A longer rest is that of a clock that was set back since.
  if (restMs > 0 && restMs <= REST_MS) throw new RedeliveredRecentlyError(delivery.id, restMs)
  return true
}
