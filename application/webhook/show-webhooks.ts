import { WebhookEventNotFoundError } from '#domain/webhook/errors.ts'
import type { LoggedEvent } from '#domain/webhook/event.ts'
import type { WebhookRegistry } from '#domain/webhook/registry.ts'
import type { Sweep } from '#domain/webhook/sweep.ts'
import type { Webhook } from '#domain/webhook/webhook.ts'
import type { EventPage, EventQuery, WebhookLogIntake } from '#ports/webhook-log.ts'

export interface ShowWebhooksDeps {
  readonly webhooks: WebhookRegistry
  readonly log: Pick<WebhookLogIntake, 'find' | 'list' | 'sweep'>
}

export interface ShownWebhook {
  readonly webhook: Webhook
  /** How far its missed events have been looked for; `null` where they are not, or not yet. */
  readonly sweep: Sweep | null
}

/** Shows a tenant its webhooks and their events. */
export class ShowWebhooks {
  readonly #deps: ShowWebhooksDeps

  constructor(deps: ShowWebhooksDeps) {
    this.#deps = deps
  }

  webhooks(tenantId: string): Promise<readonly ShownWebhook[]> {
    const { webhooks, log } = this.#deps
    const own = webhooks.list().filter((webhook) => webhook.tenantId === tenantId)
    return Promise.all(
      own.map(async (webhook) => ({
        webhook,
        sweep: webhook.missed && (await log.sweep({ tenantId, source: webhook.name })),
      })),
    )
  }

  /** @throws {WebhookNotFoundError} */
  async events(tenantId: string, source: string, query: EventQuery): Promise<EventPage> {
    this.#deps.webhooks.of(tenantId, source)
    return this.#deps.log.list({ tenantId, source }, query)
  }

  /** @throws {WebhookNotFoundError} {WebhookEventNotFoundError} */
  async event(tenantId: string, source: string, id: string): Promise<LoggedEvent> {
    this.#deps.webhooks.of(tenantId, source)
    const stored = await this.#deps.log.find({ tenantId, source }, id)
    if (!stored) throw new WebhookEventNotFoundError(id)
    return stored.event
  }
}
