import { Hono } from 'hono'
import type { ReceiveWebhook } from '#application/webhook/receive-webhook.ts'
import type { ReplayEvent } from '#application/webhook/replay-event.ts'
import type { ShowWebhooks } from '#application/webhook/show-webhooks.ts'
import type { VerifyWebhook } from '#application/webhook/verify-webhook.ts'
import { type AppEnv, callerOf, mayRead, tenantOf } from '../../context.ts'
import { RateLimitedError } from '../../errors.ts'
import { nextPage } from '../../next-page.ts'
import type { RateLimiter } from '../../rate-limiter.ts'
import { readQuery } from '../../read-query.ts'
import { idempotencyKey } from '../../request-headers.ts'
import type { Resource } from '../../resource.ts'
import { cursorOf } from '../../wire/listing-views.ts'
import { webhookEventPage, webhookEventView, webhooksView } from '../../wire/webhook-views.ts'
import { WebhookEventQuery } from '../../wire/webhooks.ts'
import { WEBHOOK_REFUSALS, WEBHOOK_ROUTES } from './routes.ts'

export interface WebhookResourceDeps {
  readonly verifyWebhook: VerifyWebhook
  readonly receiveWebhook: ReceiveWebhook
  readonly replayEvent: ReplayEvent
  readonly showWebhooks: ShowWebhooks
  readonly rates: RateLimiter
}

export function webhookResource(deps: WebhookResourceDeps): Resource {
  return {
    path: '/webhooks',
    routes: WEBHOOK_ROUTES,
    refusals: WEBHOOK_REFUSALS,
    app: new Hono<AppEnv>().route('/', receiving(deps)).route('/', showing(deps)),
  }
}

function receiving({ verifyWebhook, receiveWebhook, rates }: WebhookResourceDeps): Hono<AppEnv> {
  return new Hono<AppEnv>().post('/:source', async (c) => {
    const read = async (): Promise<Uint8Array<ArrayBuffer>> => new Uint8Array(await c.req.arrayBuffer())
    const delivery = await verifyWebhook.execute({ source: c.req.param('source'), read, headers: c.req.raw.headers })
    // After the signature: a flood of forged messages must not use up what the tenant may receive.
    const { allowed, limit, resetMs } = rates.take(delivery.webhook.tenantId)
    if (!allowed) throw new RateLimitedError(limit, resetMs)
    const { event, isDuplicate } = await receiveWebhook.execute(delivery)
    return c.json({ id: event.id, outcome: isDuplicate ? 'duplicate' : event.outcome })
  })
}

function showing({ showWebhooks, replayEvent }: WebhookResourceDeps): Hono<AppEnv> {
  return new Hono<AppEnv>()
    .get('/', async (c) => c.json(webhooksView(await showWebhooks.webhooks(tenantOf(c)))))
    .get('/:source/events', async (c) => {
      const { page_size: size, page_token: token, outcome, topic } = readQuery(c, WebhookEventQuery)
      const cursor = cursorOf(token)
      const page = await showWebhooks.events(tenantOf(c), c.req.param('source'), {
        ...(outcome && { outcome }),
        ...(topic !== undefined && { topic }),
        size,
        after: cursor && { receivedAt: cursor.createdAt, id: cursor.id },
      })
      const view = webhookEventPage(page)
      if (view.next_page_token !== undefined)
        c.header('link', `<${nextPage(c.req.url, view.next_page_token)}>; rel="next"`)
      return c.json(view)
    })
    .get('/:source/events/:id', async (c) => {
      const { source, id } = c.req.param()
      return c.json(webhookEventView(await showWebhooks.event(tenantOf(c), source, id), true))
    })
    .post('/:source/events/:id/replay', async (c) => {
      const { source, id } = c.req.param()
      const command = { ...callerOf(c), source, eventId: id, idempotencyKey: idempotencyKey(c) }
      return c.json(webhookEventView(await replayEvent.execute(command), mayRead(c)))
    })
}
