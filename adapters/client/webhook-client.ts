import type { CallOptions } from './call-options.ts'
import { searchOf } from './search.ts'
import type { Transport } from './transport.ts'
import type { Webhook, WebhookEvent, WebhookEventPage, WebhookEventQuery } from './types.ts'

/** The webhooks of a server and their events: `client.webhooks`. Every method rejects with an `ErrandError`. */
export class WebhookClient {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** The webhooks that the config of the server declares. */
  async list({ signal }: CallOptions = {}): Promise<readonly Webhook[]> {
    const call = { method: 'GET', path: '/webhooks', signal, repeatable: true } as const
    return (await this.#transport.json<{ readonly webhooks: readonly Webhook[] }>(call, 'webhooks')).webhooks
  }

  /** Every event that fits, newest first, a page at a time. The log has those of seven days. */
  async *events(name: string, query: WebhookEventQuery = {}, options: CallOptions = {}): AsyncGenerator<WebhookEvent> {
    let token: string | undefined
    do {
      const page = await this.page(name, { ...query, ...(token !== undefined && { page_token: token }) }, options)
      yield* page.events
      token = page.next_page_token
    } while (token !== undefined)
  }

  /** A page of events. It may be short, or empty, while it has a `next_page_token`. */
  page(name: string, query: WebhookEventQuery = {}, { signal }: CallOptions = {}): Promise<WebhookEventPage> {
    const path = `${eventsOf(name)}${searchOf(query)}`
    return this.#transport.json({ method: 'GET', path, signal, repeatable: true }, 'events')
  }

  event(name: string, id: string, { signal }: CallOptions = {}): Promise<WebhookEvent> {
    return this.#transport.json({ method: 'GET', path: pathOf(name, id), signal, repeatable: true }, 'id')
  }

  /**
   * Handles an event again, with the handler of today and without the filter. One that was handled leads to new jobs,
   * once for an `idempotencyKey`.
   */
  replay(
    name: string,
    id: string,
    { signal, idempotencyKey = crypto.randomUUID() }: CallOptions & { readonly idempotencyKey?: string } = {},
  ): Promise<WebhookEvent> {
    const headers = { 'idempotency-key': `"${idempotencyKey}"` }
    return this.#transport.json(
      {
        method: 'POST',
        path: `${pathOf(name, id)}/replay`,
        headers,
        signal,
        repeatable: true,
      },
      'id',
    )
  }
}

function eventsOf(name: string): string {
  return `/webhooks/${encodeURIComponent(name)}/events`
}

function pathOf(name: string, id: string): string {
  return `${eventsOf(name)}/${encodeURIComponent(id)}`
}
