import { WEBHOOK_KEPT_MS, type WebhookEntry, type WebhookLogKey, nextLook } from '#domain/webhook/event.ts'
import { WebhookHandlerFailedError } from '#domain/webhook/errors.ts'
import type { WebhookRegistry } from '#domain/webhook/registry.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { Sealer } from '#ports/sealer.ts'
import type { StoredEvent, WebhookLog } from '#ports/webhook-log.ts'
import { eventOf, openBody } from './event-body.ts'
import type { HandleEvent, HandleEventCommand } from './handle-event.ts'
import { planEvent } from './plan-event.ts'
import type { SweepMissed } from './sweep-missed.ts'

export interface TendWebhookLogDeps {
  readonly webhooks: WebhookRegistry
  readonly log: Pick<WebhookLog, 'find' | 'toRetry' | 'purge' | 'nextTimes' | 'save'>
  readonly handleEvent: Pick<HandleEvent, 'execute'>
  readonly sweepMissed: Pick<SweepMissed, 'execute'>
  readonly sealer: Sealer
  readonly clock: Clock
  readonly logger: Logger
}

/** Events of one slice. Slices are small, so that no request waits long behind one. */
const RETRIES = 20
const DELETIONS = 500

/** What a log needs from time to time: events that were cut off are handled, missed ones are found, old ones are deleted. */
export class TendWebhookLog {
  readonly #deps: TendWebhookLogDeps

  constructor(deps: TendWebhookLogDeps) {
    this.#deps = deps
  }

  /** One slice. When to come again (epoch ms); `null` while the log is empty. @throws what the log throws */
  async execute(key: WebhookLogKey): Promise<number | null> {
    const { log, clock, sweepMissed } = this.#deps
    for (const id of await log.toRetry(key, clock.now(), RETRIES)) await this.#retry(key, id)
    await sweepMissed.execute(key)
    await log.purge(key, clock.now() - WEBHOOK_KEPT_MS, DELETIONS)
    return nextLook(await log.nextTimes(key))
  }

  async #retry(key: WebhookLogKey, id: string): Promise<void> {
    const { log, handleEvent, logger } = this.#deps
    const stored = await log.find(key, id)
    if (!stored) return
    const { event } = stored
    const again = await this.#again(stored)
    if (typeof again === 'string') return this.#giveUp(event, again)
    try {
      await handleEvent.execute({ event, ...again })
    } catch (error) {
      // Recorded with its next try.
      if (!(error instanceof WebhookHandlerFailedError))
        logger.error('An event of a webhook could not be handled yet.', error, { webhook: key.source, event: id })
    }
  }

  /** What is to be done, or why nothing can be. */
  async #again(stored: StoredEvent): Promise<Pick<HandleEventCommand, 'plan' | 'recorded'> | string> {
    const { webhooks, sealer } = this.#deps
    const { event } = stored
    const webhook = webhooks.find(event.source)
    if (webhook?.tenantId !== event.tenantId) return 'This webhook is not declared any more.'
    const body = await openBody(sealer, stored)
    if (!body) return 'It was cut off, and its body is not known any more. Only the sender can deliver it again.'
    const recorded = body.actions ?? []
    if (event.outcome === 'pending' && body.actions) return { plan: { kind: 'act', actions: recorded }, recorded }
    return { plan: await planEvent(webhook, eventOf(event, body.payload)), recorded }
  }

  async #giveUp(event: WebhookEntry, reason: string): Promise<void> {
    const version = event.version + 1
    await this.#deps.log.save({ ...event, outcome: 'handler_failed', reason, retryAt: null, version })
  }
}
