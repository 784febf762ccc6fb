/// <reference types="@cloudflare/workers-types" />
import { DurableObject } from 'cloudflare:workers'
import { type WebhookEntry, type WebhookLogKey, logKey } from '#domain/webhook/event.ts'
import type { Sweep } from '#domain/webhook/sweep.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { EventPage, EventQuery, StoredEvent, WebhookLog } from '#ports/webhook-log.ts'
import type { AlarmsInPlace } from './alarms-in-place.ts'
import type { Looked } from './record-stub.ts'
import { WebhookLogKeeper } from './webhook-log-keeper.ts'
import type { WebhookLogNamespace, WebhookLogStub } from './webhook-log-stub.ts'

/** What an object needs from the Worker's environment. */
export interface WebhookLogObjectParts<Env> {
  /** See `TendWebhookLog`. */
  readonly tend: (env: Env, log: WebhookLog, key: WebhookLogKey) => Promise<number | null>
  readonly objects: (env: Env) => WebhookLogNamespace
  readonly logger: (env: Env) => Logger
  readonly clock: Clock
  readonly alarms: AlarmsInPlace<Env>
}

/** The class of the objects that hold the events of one webhook each, named by `logName`. */
export function createWebhookLogObject<Env>(parts: WebhookLogObjectParts<Env>) {
  const { tend, objects, logger, clock, alarms } = parts
  return class WebhookLogObject extends DurableObject<Env> implements WebhookLogStub {
    readonly #keeper = new WebhookLogKeeper({
      storage: this.ctx.storage,
      key: logKey(this.ctx.id.name ?? ''),
      tend: (log, key) => tend(this.env, log, key),
      objects: () => objects(this.env),
      clock,
      logger: logger(this.env),
    })

    add(entry: WebhookEntry, sealed: string | null): Promise<StoredEvent & { readonly created: boolean }> {
      return this.#keeper.add(entry, sealed)
    }

    find(key: WebhookLogKey, id: string): Promise<StoredEvent | null> {
      return this.#keeper.find(key, id)
    }

    save(entry: WebhookEntry): Promise<boolean> {
      return this.#keeper.save(entry)
    }

    list(key: WebhookLogKey, query: EventQuery): Promise<EventPage> {
      return this.#keeper.list(key, query)
    }

    sweep(key: WebhookLogKey): Promise<Sweep | null> {
      return this.#keeper.sweep(key)
    }

    begin(): Promise<void> {
      return this.#keeper.begin()
    }

    lookAfter(): Promise<number | null> {
      return this.#keeper.lookAfter()
    }

    lookAfterAll(names: readonly string[]): Promise<readonly Looked[]> {
      return this.#keeper.lookAfterAll(names)
    }

    override alarm(): Promise<void> {
      return alarms.run(this.env, this.ctx, () => this.#keeper.wake())
    }
  }
}
