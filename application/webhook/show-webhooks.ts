import { WebhookEventNotFoundError } from '#domain/webhook/errors.ts'
import type { LoggedEvent } from '#domain/webhook/event.ts'
import type { WebhookRegistry } from '#domain/webhook/registry.ts'
import type { Webhook } from '#domain/webhook/webhook.ts'
import type { EventPage, EventQuery, WebhookLogIntake } from '#ports/webhook-log.ts'

export interface ShowWebhooksDeps {
  readonly webhooks: WebhookRegistry
  readonly log: Pick<WebhookLogIntake, 'find' | 'list'>
}

/** Shows a tenant its webhooks and their events. */
export class ShowWebhooks {
  readonly #deps: ShowWebhooksDeps

  constructor(deps: ShowWebhooksDeps) {
    this.#deps = deps
  }

  webhooks(tenantId: string): readonly Webhook[] {
    return this.#deps.webhooks.list().filter((webhook) => webhook.tenantId === tenantId)
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
