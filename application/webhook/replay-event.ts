import type { Actor } from '#domain/tenant/actor.ts'
import { WebhookBodyGoneError, WebhookEventNotFoundError } from '#domain/webhook/errors.ts'
import { type LoggedEvent, isHandled } from '#domain/webhook/event.ts'
import type { WebhookRegistry } from '#domain/webhook/registry.ts'
import type { IdGenerator } from '#ports/id-generator.ts'
import type { Sealer } from '#ports/sealer.ts'
import type { WebhookLogIntake } from '#ports/webhook-log.ts'
import { eventOf, openBody } from './event-body.ts'
import type { HandleEvent } from './handle-event.ts'
import { planEvent } from './plan-event.ts'

export interface ReplayEventCommand {
  readonly tenantId: string
  readonly by: Actor
  readonly source: string
  readonly eventId: string
  /** The same key means the same replay. */
  readonly idempotencyKey: string | null
}

export interface ReplayEventDeps {
  readonly webhooks: WebhookRegistry
  readonly log: Pick<WebhookLogIntake, 'find'>
  readonly handleEvent: Pick<HandleEvent, 'execute'>
  readonly sealer: Sealer
  readonly ids: IdGenerator
}

/**
 * Handles an event again, with the handler of today and without the filter. What was not done is done. An event that was
 * handled leads to new jobs, because that is what a caller asks for.
 */
export class ReplayEvent {
  readonly #deps: ReplayEventDeps

  constructor(deps: ReplayEventDeps) {
    this.#deps = deps
  }

  /**
   * @throws {WebhookNotFoundError} {WebhookEventNotFoundError} {WebhookBodyGoneError} {WebhookHandlerFailedError}, and
   * what `HandleEvent` throws
   */
  async execute({ tenantId, by, source, eventId, idempotencyKey }: ReplayEventCommand): Promise<LoggedEvent> {
    const { webhooks, log, handleEvent, sealer, ids } = this.#deps
    const webhook = webhooks.of(tenantId, source)
    const stored = await log.find({ tenantId, source }, eventId)
    if (!stored) throw new WebhookEventNotFoundError(eventId)
    const body = await openBody(sealer, stored)
    if (!body) throw new WebhookBodyGoneError(eventId)
    const { event } = stored
    const plan = await planEvent(webhook, eventOf(event, body.payload), true)
    const run = isHandled(event) ? (idempotencyKey ?? ids.newId('run')) : null
    return handleEvent.execute({ event, plan, recorded: body.actions ?? [], replay: { by, run } })
  }
}
