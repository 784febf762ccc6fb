import type { DeliveryState } from '#domain/callback/delivery.ts'
import { rfc3339 } from './common.ts'

type Message = DeliveryState & { readonly event: string }

/** The messages about a job or a batch, to whose path they belong. */
export function deliveryLog<D extends Message>(path: string, deliveries: readonly D[]) {
  return { deliveries: deliveries.map((delivery) => deliveryView(path, delivery, true)) }
}

/** For a key that may not read the log: the one message that it asked for. */
export function deliveryAskedFor<D extends Message>(path: string, deliveries: readonly D[], deliveryId: string) {
  const asked = deliveries.filter(({ id }) => id === deliveryId)
  return { deliveries: asked.map((delivery) => deliveryView(path, delivery, false)) }
}

function deliveryView<D extends Message>(path: string, delivery: D, mayRead: boolean) {
  const { id, status, occurredAt, nextAt, attemptCount, attempts, redeliveredBy } = delivery
  return {
    id,
    event: delivery.event as D['event'],
    status,
    occurredAt: rfc3339(occurredAt),
    nextAttemptAt: nextAt === null ? null : rfc3339(nextAt),
    attemptCount,
    ...(mayRead && { attempts: attempts.map((attempt) => ({ ...attempt, at: rfc3339(attempt.at) })) }),
    ...(mayRead && redeliveredBy && { redeliveredBy }),
    links: { redeliver: `${path}/deliveries/${id}/redeliver` },
  }
}
