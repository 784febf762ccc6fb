import { WebhookRefusedError, WebhookUnreadableError } from '#domain/webhook/errors.ts'
import { problemWithEvent } from '#domain/webhook/verified-event.ts'
import type { WebhookRegistry } from '#domain/webhook/registry.ts'
import type { Verdict, Webhook, WebhookHeaders } from '#domain/webhook/webhook.ts'
import type { VerifiedEvent } from '#domain/webhook/verified-event.ts'
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
  /** Its sender did not bring it. */
  readonly foundBy?: 'sweep'
}

export interface VerifyWebhookDeps {
  readonly webhooks: WebhookRegistry
  readonly clock: Clock
}

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
  const problem = problemWithEvent(verdict)
  if (problem !== null) throw new WebhookUnreadableError(problem)
  return verdict
}
