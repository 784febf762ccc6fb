import { AppError } from '#domain/app-error.ts'
import type { Actor } from '#domain/tenant/actor.ts'
import type { WebhookAction } from '#domain/webhook/action.ts'
import { WebhookHandlerFailedError } from '#domain/webhook/errors.ts'
import { type LoggedEvent, type WebhookEntry, retryAt } from '#domain/webhook/event.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { WebhookLogIntake } from '#ports/webhook-log.ts'
import type { CarryOut } from './carry-out.ts'
import { type Plan, failureReason } from './plan-event.ts'

export interface HandleEventDeps {
  readonly log: Pick<WebhookLogIntake, 'save' | 'find'>
  readonly carryOut: Pick<CarryOut, 'execute'>
  readonly clock: Clock
  readonly logger: Logger
}

export interface HandleEventCommand {
  readonly event: LoggedEvent
  readonly plan: Plan
  /** The actions that were recorded with it; empty where none were. */
  readonly recorded: readonly WebhookAction[]
  /** It was recorded with this plan just now, so the log says already what the plan comes to without its actions. */
  readonly isNew?: boolean
  readonly replay?: { readonly by: Actor; readonly run: string | null }
}

type Change = Partial<Pick<WebhookEntry, 'outcome' | 'reason' | 'results' | 'tries' | 'retryAt' | 'replays'>>

/** Carries out the plan for a recorded event, and records what it led to. Harmless to repeat. */
export class HandleEvent {
  readonly #deps: HandleEventDeps

  constructor(deps: HandleEventDeps) {
    this.#deps = deps
  }

  /**
   * When this resolves, everything that the event leads to is durable.
   * @throws {WebhookHandlerFailedError} which is recorded; and what may pass, such as {QueueFullError}: it is tried again.
   */
  async execute(command: HandleEventCommand): Promise<LoggedEvent> {
    const { event, plan, isNew = false } = command
    switch (plan.kind) {
      case 'nothing': {
        const { outcome, reason } = plan
        return isNew ? event : this.#save(command, { outcome, reason, results: [], retryAt: null })
      }
      case 'failed':
        return this.#fail(command, plan.cause)
      case 'act':
        return this.#act(command, plan)
    }
  }

  async #act(command: HandleEventCommand, { actions }: Extract<Plan, { kind: 'act' }>): Promise<LoggedEvent> {
    const { id, tenantId, source, receivedAt, occurredAt } = command.event
    const by: Actor = { kind: 'webhook', id: source, event: id, ...(command.replay && { for: command.replay.by }) }
    const run = command.replay?.run ?? null
    try {
      const { results, isRepeat } = await this.#deps.carryOut.execute({
        tenantId,
        by,
        eventId: id,
        occurredAt: occurredAt ?? receivedAt,
        run,
        actions,
        recorded: command.recorded,
      })
      const outcome = isRepeat && command.isNew === true ? 'duplicate' : 'done'
      return await this.#save(command, { outcome, reason: null, results, retryAt: null })
    } catch (error) {
      if (!(error instanceof AppError) || error.retryable) throw await this.#postpone(command, error)
      return this.#fail(command, error)
    }
  }

  /** Of a new event the log says already that it is pending. */
  async #postpone({ event, isNew = false, replay }: HandleEventCommand, error: unknown): Promise<unknown> {
    if (isNew || replay?.run) return error
    const tries = event.tries + 1
    // At least once an hour: what may pass is not given up.
    const at = retryAt(this.#deps.clock.now(), Math.min(tries, 8))
    await this.#save({ event }, { outcome: 'pending', tries, retryAt: at }).catch(() => undefined)
    return error
  }

  async #fail(command: HandleEventCommand, cause: unknown): Promise<never> {
    const { event, plan, isNew = false } = command
    const { id, source } = event
    this.#deps.logger.error('The handler of a webhook failed.', cause, { webhook: source, event: id })
    // What the event led to before still stands, and only the caller knows the key of this replay.
    if (command.replay?.run) await this.#save(command, { reason: failureReason(cause) })
    else if (!isNew || plan.kind === 'act') {
      const tries = isNew ? event.tries : event.tries + 1
      const at = retryAt(this.#deps.clock.now(), tries)
      await this.#save(command, { outcome: 'handler_failed', reason: failureReason(cause), tries, retryAt: at })
    }
    throw new WebhookHandlerFailedError(id)
  }

  async #save({ event, replay }: Pick<HandleEventCommand, 'event' | 'replay'>, change: Change): Promise<LoggedEvent> {
    const replays = event.replays + (replay?.run ? 1 : 0)
    const changed = { ...event, ...change, replays, version: event.version + 1 }
    if (await this.#deps.log.save(changed)) return changed
    // Another delivery of the same event was faster, and has done the same.
    return (await this.#deps.log.find(event, event.id))?.event ?? changed
  }
}
