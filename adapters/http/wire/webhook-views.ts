import type * as z from 'zod'
import type { LoggedEvent } from '#domain/webhook/event.ts'
import type { Sweep } from '#domain/webhook/sweep.ts'
import type { ShownWebhook } from '#application/webhook/show-webhooks.ts'
import type { EventPage } from '#ports/webhook-log.ts'
import { rfc3339 } from './common.ts'
import { tokenOf } from './listing-views.ts'
import type { WebhookEventPage, WebhookEventView, WebhookList } from './webhooks.ts'

export function webhooksView(webhooks: readonly ShownWebhook[]): z.infer<typeof WebhookList> {
  return {
    webhooks: webhooks.map(({ webhook: { name, filter, missed }, sweep }) => ({
      name,
      filtered: filter !== null,
      missed: missed && { everySeconds: missed.everySeconds, ...sweepView(sweep) },
      links: { self: `/webhooks/${name}`, events: `/webhooks/${name}/events` },
    })),
  }
}

function sweepView(sweep: Sweep | null) {
  if (!sweep) return { sweptUntil: null, found: 0, failure: null }
  const { sweptUntil, found, failure, dueAt } = sweep
  return {
    sweptUntil: rfc3339(sweptUntil),
    found,
    failure: failure && { at: rfc3339(failure.at), reason: failure.reason, retryAt: rfc3339(dueAt) },
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
    foundBy: event.foundBy ?? 'delivery',
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
