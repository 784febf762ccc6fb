import { WebhookRefusedError, WebhookUnreadableError } from '#domain/webhook/errors.ts'
import type { WebhookRegistry } from '#domain/webhook/registry.ts'
import type { VerifiedEvent, Verdict, Webhook, WebhookHeaders } from '#domain/webhook/webhook.ts'
import type { Clock } from '#ports/clock.ts'

export interface VerifyWebhookCommand {
  readonly source: string
  /** Called once it is known that there is such a webhook. */
  readonly read: () => Promise<Uint8Array<ArrayBuffer>>
  readonly headers: WebhookHeaders
}

/** A message whose sender is proven. */
export interface Delivery {
  readonly webhook: Webhook
  readonly event: VerifiedEvent
}

export interface VerifyWebhookDeps {
  readonly webhooks: WebhookRegistry
  readonly clock: Clock
}

const LONGEST_ID = 512
const LONGEST_TOPIC = 256

/** Says whose message it is and what is in it. Stores nothing. */
export class VerifyWebhook {
  readonly #deps: VerifyWebhookDeps

  constructor(deps: VerifyWebhookDeps) {
    this.#deps = deps
  }

  /** @throws {WebhookNotFoundError} {WebhookRefusedError} {WebhookUnreadableError}, and what the author's verifier throws. */
  async execute({ source, read, headers }: VerifyWebhookCommand): Promise<Delivery> {
    const { webhooks, clock } = this.#deps
    const webhook = webhooks.get(source)
    const verdict = await webhook.verify(await read(), headers, { now: clock.now() })
    return { webhook, event: eventIn(verdict) }
  }
}

function eventIn(verdict: Verdict): VerifiedEvent {
  if ('refused' in verdict) throw new WebhookRefusedError(verdict.refused)
  if ('unreadable' in verdict) throw new WebhookUnreadableError(verdict.unreadable)
  for (const [name, text, longest] of [
    ['event id', verdict.eventId, LONGEST_ID],
    ['topic', verdict.topic, LONGEST_TOPIC],
  ] as const) {
    if (text === '' || text.length > longest)
      throw new WebhookUnreadableError(`its ${name} must have 1 to ${String(longest)} characters`)
  }
  return verdict
}
