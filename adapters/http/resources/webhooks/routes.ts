import {
  WebhookBodyGoneError,
  WebhookEventNotFoundError,
  WebhookHandlerFailedError,
  WebhookNotFoundError,
  WebhookRefusedError,
  WebhookUnreadableError,
} from '#domain/webhook/errors.ts'
import { pathParameter } from '../../openapi/path-parameter.ts'
import type { Route } from '../../openapi/route.ts'
import type { Tag } from '../../openapi/tags.ts'
import type { RefusalExamples } from '../../resource.ts'
import {
  WebhookEventPage,
  WebhookEventQuery,
  WebhookEventView,
  WebhookList,
  WebhookMessage,
  WebhookReceipt,
} from '../../wire/webhooks.ts'

const WEBHOOKS: Tag = { name: 'webhooks', description: 'Events that others send, and what they led to.' }

const EVENT = 'evt_01KASH2V8ZQ5D3N6W7X8Y9Z0AB'

const SOURCE = pathParameter('WebhookName', /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/, {
  description: 'Name of a webhook; `GET /webhooks` lists them.',
  example: 'shopify',
})

const EVENT_ID = pathParameter('WebhookEventId', /^evt_[0-7][0-9A-HJKMNP-TV-Z]{25}$/, {
  description: 'Id of an event of this webhook.',
  example: EVENT,
})

export const WEBHOOK_REFUSALS: RefusalExamples = {
  '/webhooks/shopify': [
    new WebhookNotFoundError('shopify'),
    new WebhookRefusedError('X-Shopify-Hmac-Sha256 does not fit the body under any secret of this webhook'),
    new WebhookUnreadableError('its body is not a JSON object'),
    new WebhookHandlerFailedError(EVENT),
  ],
  [`/webhooks/shopify/events/${EVENT}`]: [new WebhookEventNotFoundError(EVENT)],
  [`/webhooks/shopify/events/${EVENT}/replay`]: [new WebhookBodyGoneError(EVENT)],
}

export const WEBHOOK_ROUTES: Readonly<Record<string, Route>> = {
  'GET /': {
    id: 'listWebhooks',
    summary: 'The webhooks that are declared',
    scope: 'read',
    tag: WEBHOOKS,
    answers: { 200: { description: 'The webhooks of the tenant.', schema: WebhookList } },
  },
  'POST /{source}': {
    id: 'receiveWebhook',
    summary: 'Deliver an event',
    description:
      'For the sender of the events. It needs no key: the message is proven by its signature. When it is answered, all that it leads to is durable. The same event again is answered in the same way, and does nothing twice.',
    scope: null,
    tag: WEBHOOKS,
    path: { source: SOURCE },
    body: WebhookMessage,
    answers: { 200: { description: 'It is done, or it had been.', schema: WebhookReceipt } },
    errors: [
      'webhook_unreadable',
      'webhook_refused',
      'webhook_not_found',
      'rate_limited',
      'queue_full',
      'webhook_handler_failed',
    ],
  },
  'GET /{source}/events': {
    id: 'listWebhookEvents',
    summary: 'The events of a webhook, newest first',
    description: 'Those of the last seven days. A page may be short; the last one has no `next_page_token`.',
    scope: 'read',
    tag: WEBHOOKS,
    path: { source: SOURCE },
    query: WebhookEventQuery,
    answers: { 200: { description: 'A page of events.', schema: WebhookEventPage, headers: ['link'] } },
    errors: ['webhook_not_found'],
  },
  'GET /{source}/events/{id}': {
    id: 'getWebhookEvent',
    summary: 'An event, and what it led to',
    scope: 'read',
    tag: WEBHOOKS,
    path: { source: SOURCE, id: EVENT_ID },
    answers: { 200: { description: 'The event.', schema: WebhookEventView } },
    errors: ['webhook_not_found', 'webhook_event_not_found'],
  },
  'POST /{source}/events/{id}/replay': {
    id: 'replayWebhookEvent',
    summary: 'Handle an event again',
    description:
      'With the handler of today, and without the filter. What was not done is done, once. An event that was handled leads to new jobs.',
    scope: 'submit',
    tag: WEBHOOKS,
    path: { source: SOURCE, id: EVENT_ID },
    headers: ['idempotency-key'],
    answers: { 200: { description: 'The event, and what it led to now.', schema: WebhookEventView } },
    errors: [
      'webhook_not_found',
      'webhook_event_not_found',
      'webhook_body_gone',
      'queue_full',
      'webhook_handler_failed',
    ],
  },
}
