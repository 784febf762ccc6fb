import type { LoggedEvent, WebhookEntry } from '#domain/webhook/event.ts'
import { T0 } from './fixtures.ts'

/** An entry of the log of acme's webhook `shop`. */
export function webhookEntry(fields: Partial<WebhookEntry> = {}): WebhookEntry {
  return {
    id: 'evt_1',
    tenantId: 'acme',
    source: 'shop',
    eventId: 'e-1',
    topic: 'orders/create',
    occurredAt: T0 - 1000,
    metadata: { shop: 'acme.example' },
    receivedAt: T0,
    outcome: 'pending',
    reason: null,
    results: [],
    tries: 1,
    retryAt: T0 + 60_000,
    replays: 0,
    version: 1,
    ...fields,
  }
}

export function loggedEvent(fields: Partial<LoggedEvent> = {}): LoggedEvent {
  return { ...webhookEntry(fields), deliveries: 1, lastDeliveryAt: T0, ...fields }
}
