import type * as z from 'zod'
import type { LoggedEvent } from '#domain/webhook/event.ts'
import type { Webhook } from '#domain/webhook/webhook.ts'
import type { EventPage } from '#ports/webhook-log.ts'
import { rfc3339 } from './common.ts'
import { tokenOf } from './listing-views.ts'
import type { WebhookEventPage, WebhookEventView, WebhookList } from './webhooks.ts'

export function webhooksView(webhooks: readonly Webhook[]): z.infer<typeof WebhookList> {
  return {
    webhooks: webhooks.map(({ name, filter }) => ({
      name,
      filtered: filter !== null,
      links: { self: `/webhooks/${name}`, events: `/webhooks/${name}/events` },
    })),
  }
}

/** @param mayRead whether the caller may see what the sender said. */
export function webhookEventView(event: LoggedEvent, mayRead: boolean): z.infer<typeof WebhookEventView> {
  const { id, source, outcome, results, tries, replays, deliveries } = event
  const self = `/webhooks/${source}/events/${id}`
  return {
    id,
    webhook: source,
    outcome,
    results: [...results],
    ...(mayRead && saidView(event)),
    receivedAt: rfc3339(event.receivedAt),
    deliveries,
    lastDeliveryAt: rfc3339(event.lastDeliveryAt),
    tries,
    retryAt: event.retryAt === null ? null : rfc3339(event.retryAt),
    replays,
    links: { self, replay: `${self}/replay` },
  }
}

function saidView({ eventId, topic, reason, occurredAt, metadata }: LoggedEvent) {
  return {
    eventId,
    topic,
    ...(reason !== null && { reason }),
    occurredAt: occurredAt === null ? null : rfc3339(occurredAt),
    metadata,
  }
}

export function webhookEventPage({ events, next }: EventPage): z.infer<typeof WebhookEventPage> {
  return {
    events: events.map((event) => webhookEventView(event, true)),
    ...(next && { next_page_token: tokenOf({ createdAt: next.receivedAt, id: next.id }) }),
  }
}
