import { IdentityFailedError, WebhookHandlerFailedError } from '#domain/webhook/errors.ts'
import type { WebhookLogKey } from '#domain/webhook/event.ts'
import { type FoundEvents, type MissedEvents, problemWithFound } from '#domain/webhook/missed.ts'
import type { WebhookRegistry } from '#domain/webhook/registry.ts'
import {
  MOST_PAGES,
  type Progress,
  type Sweep,
  afterFailure,
  afterPage,
  firstSweep,
  isInGap,
  isSweepDue,
  progressOf,
  whileNotDeclared,
} from '#domain/webhook/sweep.ts'
import type { Webhook } from '#domain/webhook/webhook.ts'
import type { VerifiedEvent } from '#domain/webhook/verified-event.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { WebhookLog } from '#ports/webhook-log.ts'
import { withDeadline } from '../time/deadline.ts'
import { failureReason } from './plan-event.ts'
import type { ReceiveWebhook } from './receive-webhook.ts'

export interface SweepMissedDeps {
  readonly webhooks: WebhookRegistry
  readonly log: Pick<WebhookLog, 'sweep' | 'saveSweep' | 'endSweep'>
  readonly receiveWebhook: Pick<ReceiveWebhook, 'execute'>
  readonly clock: Clock
  readonly logger: Logger
}

/** Together with what its events take, less than the claim of the record that asks. */
const FIND_MS = 30_000
const NEVER_ABORTS = new AbortController().signal

interface Declared {
  readonly webhook: Webhook
  readonly missed: MissedEvents
}

/**
 * Looks for events that their sender did not deliver, a page at a time. How far it has come is stored after each page. A
 * process that dies before that leaves the page to the next one, and an event that is recorded is not handled again.
 */
export class SweepMissed {
  readonly #deps: SweepMissedDeps

  constructor(deps: SweepMissedDeps) {
    this.#deps = deps
  }

  /** One page, if it is time. What `find` throws is recorded, and tried again. @throws what the log throws */
  async execute(key: WebhookLogKey): Promise<void> {
    const { webhooks, log, clock } = this.#deps
    const webhook = webhooks.find(key.source)
    const sweep = await log.sweep(key)
    const missed = webhook?.tenantId === key.tenantId ? webhook.missed : undefined
    if (!webhook || !missed) return this.#rest(key, sweep)
    const everyMs = missed.everySeconds * 1000
    if (!sweep) await log.saveSweep(firstSweep(key, clock.now(), everyMs))
    else if (isSweepDue(sweep, clock.now(), everyMs))
      await log.saveSweep(await this.#swept({ webhook, missed }, sweep, everyMs))
  }

  /** Kept for a time, because a deploy without its setting, or an old server beside new ones, is soon put right. */
  async #rest(key: WebhookLogKey, sweep: Sweep | null): Promise<void> {
    const { log, clock } = this.#deps
    if (!sweep) return
    const rested = whileNotDeclared(sweep, clock.now())
    if (rested) await log.saveSweep(rested)
    else await log.endSweep(key)
  }

  async #swept({ webhook, missed }: Declared, sweep: Sweep, everyMs: number): Promise<Sweep> {
    const { clock, logger } = this.#deps
    const progress = progressOf(sweep, clock.now())
    try {
      if (progress.pages >= MOST_PAGES) throw new TypeError(`find has returned ${String(MOST_PAGES)} pages and no end`)
      const { events, next } = await this.#find(missed, progress)
      let found = 0
      for (const event of events.filter((event) => isInGap(event, progress)))
        if (await this.#handle(webhook, event)) found++
      if (found > 0)
        logger.warn('Events that a webhook did not receive were found and handled.', { webhook: webhook.name, found })
      return afterPage(sweep, progress, { next: next ?? null, found, now: clock.now(), everyMs })
    } catch (error) {
      logger.error('Missed events of a webhook could not be looked for; it will be tried again.', error, {
        webhook: webhook.name,
      })
      return afterFailure(sweep, { reason: failureReason(error), now: clock.now(), everyMs })
    }
  }

  async #find({ find }: MissedEvents, { sinceAt, page }: Progress): Promise<FoundEvents> {
    const deadline = {
      clock: this.#deps.clock,
      timeoutMs: FIND_MS,
      signal: NEVER_ABORTS,
      timeoutError: () => new Error(`find gave no answer within ${String(FIND_MS / 1000)} s`),
    }
    const found = await withDeadline(deadline, async (signal) => find({ sinceAt, page, signal }))
    const problem = problemWithFound(found)
    if (problem !== null) throw new TypeError(problem)
    return found
  }

  /** Whether no delivery had brought it. */
  async #handle(webhook: Webhook, event: VerifiedEvent): Promise<boolean> {
    try {
      return !(await this.#deps.receiveWebhook.execute({ webhook, event, foundBy: 'sweep' })).isDuplicate
    } catch (error) {
      // It is recorded, with its next try.
      if (error instanceof WebhookHandlerFailedError) return true
      if (!(error instanceof IdentityFailedError)) throw error
      const { eventId, topic } = event
      const which = { webhook: webhook.name, eventId, topic }
      this.#deps.logger.error('An event that was found has no identity, so it was left out.', error, which)
      return false
    }
  }
}
