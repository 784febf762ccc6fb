import type { WebhookAction } from '#domain/webhook/action.ts'
import { IdentityFailedError } from '#domain/webhook/errors.ts'
import { type LoggedEvent, FIRST_RETRY_MS, LAST_TRY, type WebhookEntry, isHandled } from '#domain/webhook/event.ts'
import type { VerifiedEvent } from '#domain/webhook/verified-event.ts'
import type { Webhook, WebhookEvent } from '#domain/webhook/webhook.ts'
import type { Clock } from '#ports/clock.ts'
import type { Sealer } from '#ports/sealer.ts'
import type { StoredEvent, WebhookLogIntake } from '#ports/webhook-log.ts'
import type { DerivedIds } from '../job/derived-ids.ts'
import { openBody, sealBody } from './event-body.ts'
import type { HandleEvent } from './handle-event.ts'
import { type Plan, planEvent, plannedOutcome } from './plan-event.ts'
import type { Delivery } from './verify-webhook.ts'

export interface ReceiveWebhookDeps {
  readonly log: Pick<WebhookLogIntake, 'add'>
  readonly handleEvent: Pick<HandleEvent, 'execute'>
  readonly derivedIds: Pick<DerivedIds, 'make'>
  readonly sealer: Sealer
  readonly clock: Clock
}

export interface Received {
  readonly event: LoggedEvent
  /** The event had been handled already, so nothing was done. */
  readonly isDuplicate: boolean
}

/** Records a verified event and does what it leads to. */
export class ReceiveWebhook {
  readonly #deps: ReceiveWebhookDeps

  constructor(deps: ReceiveWebhookDeps) {
    this.#deps = deps
  }

  /**
   * When this resolves, the event and all that it leads to are durable. A process that dies before that leaves an event
   * that is `pending`, or none: the sender's next delivery does the rest, once.
   * @throws what `HandleEvent` throws
   */
  async execute({ webhook, event: verified, foundBy }: Delivery): Promise<Received> {
    const { log, handleEvent, sealer } = this.#deps
    const event = { ...verified, id: await this.#idOf(webhook, verified), source: webhook.name }
    const plan = await planEvent(webhook, event)
    const sealed = await sealBody(sealer, event, plan)
    const stored = await log.add({ ...this.#entry(webhook.tenantId, event, plan), ...(foundBy && { foundBy }) }, sealed)
    if (stored.created) {
      const recorded = plan.kind === 'act' && sealed !== null ? plan.actions : []
      return { event: await handleEvent.execute({ ...stored, plan, recorded, isNew: true }), isDuplicate: false }
    }
    if (isHandled(stored.event) || (foundBy && !isForSweep(stored))) return { event: stored.event, isDuplicate: true }
    return { event: await this.#again(stored, plan), isDuplicate: false }
  }

  async #again(stored: StoredEvent, now: Plan): Promise<LoggedEvent> {
    const { handleEvent, sealer } = this.#deps
    const actions = (await openBody(sealer, stored))?.actions ?? null
    const plan = planAgain(stored.event, actions, now)
    return handleEvent.execute({ event: stored.event, plan, recorded: actions ?? [] })
  }

  #idOf({ name, tenantId, identity }: Webhook, event: VerifiedEvent): Promise<string> {
    const which = identityOf(event, identity) ?? event.eventId
    return this.#deps.derivedIds.make('evt', tenantId, JSON.stringify([name, event.topic, which]))
  }

  #entry(tenantId: string, event: WebhookEvent, plan: Plan): WebhookEntry {
    const now = this.#deps.clock.now()
    const { id, source, eventId, topic, occurredAt = null, metadata = {} } = event
    const isOpen = plan.kind !== 'nothing'
    return {
      ...{ id, tenantId, source, eventId, topic, occurredAt, metadata, receivedAt: now, ...plannedOutcome(plan) },
      ...{ results: [], tries: 1, retryAt: isOpen ? now + FIRST_RETRY_MS : null, replays: 0, version: 1 },
    }
  }
}

/** An open event is left to its delivery and to the log, unless its body was too large for the log to keep. */
function isForSweep({ event, sealed }: StoredEvent): boolean {
  return sealed === null && event.tries < LAST_TRY
}

/** @throws {IdentityFailedError} */
function identityOf(event: VerifiedEvent, identity: Webhook['identity']): string | null | undefined {
  try {
    return identity?.(event)
  } catch (error) {
    throw new IdentityFailedError(error)
  }
}

/** Of an event whose handling was cut off, what was decided when it was recorded. */
function planAgain({ outcome }: WebhookEntry, recorded: readonly WebhookAction[] | null, now: Plan): Plan {
  return outcome === 'pending' && recorded ? { kind: 'act', actions: recorded } : now
}
