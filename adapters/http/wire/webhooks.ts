import * as z from 'zod'
import { WEBHOOK_OUTCOMES } from '#domain/webhook/event.ts'
import { agentName, count, jobId, timestamp, wholeNumber } from './common.ts'
import { MAX_PAGE_SIZE } from './listing.ts'

const EVENT_ID = 'evt_01KASH2V8ZQ5D3N6W7X8Y9Z0AB'
const SELF = `/webhooks/shopify/events/${EVENT_ID}`

const EVENT = {
  id: EVENT_ID,
  webhook: 'shopify',
  eventId: '98880550-7158-44d4-b7cd-2c97c8a091b5',
  topic: 'orders/create',
  outcome: 'done',
  results: [{ type: 'submit', agent: 'thank-you', jobId: 'job_01KASH2V8ZQ5D3N6W7X8Y9Z0AB' }],
  occurredAt: '2026-11-23T09:00:00.000Z',
  receivedAt: '2026-11-23T09:00:00.480Z',
  foundBy: 'delivery',
  deliveries: 1,
  lastDeliveryAt: '2026-11-23T09:00:00.480Z',
  tries: 1,
  retryAt: null,
  replays: 0,
  metadata: { shop: 'acme.myshopify.com' },
  links: { self: SELF, replay: `${SELF}/replay` },
} as const

const outcome = z.enum(WEBHOOK_OUTCOMES).meta({
  id: 'WebhookOutcome',
  examples: ['done'],
  description:
    '`pending`: recorded, and not all is done yet. `done`. `no_action`: the handler wanted nothing. `filtered`: the filter left it alone. `duplicate`: its jobs were there already. `handler_failed`: the handler threw, or wanted what cannot be done.',
})

/** Body of `POST /webhooks/{source}`: what its sender makes it. */
export const WebhookMessage = z
  .looseObject({})
  .meta({ id: 'WebhookMessage', examples: [{ id: 1042, email: 'jon@example.com' }] })

export const WebhookReceipt = z
  .object({
    id: z.string().meta({ examples: [EVENT_ID] }),
    outcome: outcome.meta({ description: '`duplicate` where the event had been handled already.' }),
  })
  .meta({ id: 'WebhookReceipt', examples: [{ id: EVENT_ID, outcome: 'done' }] })

/** What a key without the scope `read` is not shown. */
const said = {
  eventId: z.string().optional().meta({ description: "The sender's id of the event." }),
  topic: z.string().optional(),
  reason: z.string().optional().meta({ description: 'Why it was filtered, or what failed.' }),
  occurredAt: timestamp.nullable().optional().meta({ description: 'At the sender, if it says so.' }),
  metadata: z.record(z.string(), z.string()).optional().meta({ description: 'What else the sender says of it.' }),
}

export const WebhookEventView = z
  .object({
    id: z.string().meta({ examples: [EVENT_ID] }),
    webhook: z.string().meta({ examples: ['shopify'] }),
    outcome,
    ...said,
    results: z.array(
      z.discriminatedUnion('type', [
        z.object({ type: z.literal('submit'), agent: agentName, jobId }),
        z.object({ type: z.enum(['schedule', 'unschedule']), scheduleId: z.string(), ignored: z.boolean() }),
      ]),
    ),
    receivedAt: timestamp,
    foundBy: z.enum(['delivery', 'sweep']).meta({
      description: '`sweep`: it was found by the look for missed events before a delivery brought it.',
    }),
    deliveries: count.meta({ description: 'How often the sender has delivered it.' }),
    lastDeliveryAt: timestamp,
    tries: count.meta({ description: 'How often it was tried to handle it.' }),
    retryAt: timestamp.nullable().meta({ description: 'When it is tried again without the sender.' }),
    replays: count.meta({ description: 'How often it was replayed after it had been handled.' }),
    links: z.object({ self: z.string(), replay: z.string() }),
  })
  .meta({ id: 'WebhookEvent', examples: [EVENT], description: 'A verified event of a webhook.' })

export const WebhookEventPage = z
  .object({
    events: z.array(WebhookEventView),
    next_page_token: z.string().optional().meta({ description: 'For the next page; absent when this is the last.' }),
  })
  .meta({ id: 'WebhookEventPage', examples: [{ events: [EVENT], next_page_token: 'bGZrMjBvIGV2dF8wMUtBU0g' }] })

const missed = z
  .object({
    everySeconds: wholeNumber(60, 86_400, { examples: [900] }),
    sweptUntil: timestamp.nullable().meta({
      description: 'What happened until then has been looked for; `null` before the first look.',
    }),
    found: count.meta({ description: 'Events that no delivery had brought.' }),
    failure: z
      .object({ at: timestamp, reason: z.string(), retryAt: timestamp })
      .nullable()
      .meta({ description: 'Why the last try failed; `null` when it did not.' }),
  })
  .meta({ id: 'MissedEvents', description: 'How events are looked for that the sender did not deliver.' })

export const WebhookList = z
  .object({
    webhooks: z.array(
      z.object({
        name: z.string(),
        filtered: z.boolean(),
        missed: missed.nullable(),
        links: z.object({ self: z.string(), events: z.string() }),
      }),
    ),
  })
  .meta({
    id: 'WebhookList',
    examples: [
      {
        webhooks: [
          {
            name: 'shopify',
            filtered: false,
            missed: { everySeconds: 900, sweptUntil: '2026-11-23T09:00:00.000Z', found: 0, failure: null },
            links: { self: '/webhooks/shopify', events: '/webhooks/shopify/events' },
          },
        ],
      },
    ],
  })

const PAGE_SIZE = 50

/** Query of `GET /webhooks/{source}/events`. */
export const WebhookEventQuery = z.strictObject({
  outcome: outcome.optional(),
  topic: z
    .string()
    .min(1)
    .max(256)
    .optional()
    .meta({ description: 'Events of this topic.', examples: ['orders/create'] }),
  page_size: wholeNumber(1, MAX_PAGE_SIZE, { examples: [100], default: PAGE_SIZE })
    .default(PAGE_SIZE)
    .meta({ description: 'Most events of one page.' }),
  page_token: z
    .string()
    .min(1)
    .max(256)
    .optional()
    .meta({ description: '`next_page_token` of the page before.', examples: ['bGZrMjBvIGV2dF8wMUtBU0g'] }),
})
