import { type WebhookEntry, type WebhookLogKey, logName } from '#domain/webhook/event.ts'
import type { Sweep } from '#domain/webhook/sweep.ts'
import type { EventPage, EventQuery, StoredEvent, WebhookLogIntake } from '#ports/webhook-log.ts'
import { askObject } from './outage.ts'
import type { RecordIndex } from './record-index.ts'
import type { WebhookLogNamespace, WebhookLogStub } from './webhook-log-stub.ts'

export interface RemoteWebhookLogsDeps {
  readonly objects: WebhookLogNamespace
  readonly index: Pick<RecordIndex, 'add'>
}

/** The sweep checks a new log by then. */
const GRACE_MS = 60_000

/** The Worker's way to the logs: each is an object, which its events share. */
export class RemoteWebhookLogs implements WebhookLogIntake {
  readonly #deps: RemoteWebhookLogsDeps
  /** Logs that the index has, as far as this isolate knows: it is asked once for each, and not with every event. */
  readonly #indexed = new Set<string>()

  constructor(deps: RemoteWebhookLogsDeps) {
    this.#deps = deps
  }

  async add(entry: WebhookEntry, sealed: string | null): Promise<StoredEvent & { readonly created: boolean }> {
    await this.#enter(entry, entry.receivedAt)
    return this.#ask(entry, (log) => log.add(entry, sealed))
  }

  find(key: WebhookLogKey, id: string): Promise<StoredEvent | null> {
    return this.#ask(key, (log) => log.find(key, id))
  }

  save(entry: WebhookEntry): Promise<boolean> {
    return this.#ask(entry, (log) => log.save(entry))
  }

  list(key: WebhookLogKey, query: EventQuery): Promise<EventPage> {
    return this.#ask(key, (log) => log.list(key, query))
  }

  sweep(key: WebhookLogKey): Promise<Sweep | null> {
    return this.#ask(key, (log) => log.sweep(key))
  }

  /** Has a log looked after that may never have received an event. */
  async begin(key: WebhookLogKey, now: number): Promise<void> {
    await this.#enter(key, now)
    await this.#ask(key, (log) => log.begin())
  }

  async #enter(key: WebhookLogKey, now: number): Promise<void> {
    const name = logName(key)
    if (this.#indexed.has(name)) return
    await this.#deps.index.add({ id: name, tenantId: key.tenantId, lookAt: now + GRACE_MS })
    this.#indexed.add(name)
  }

  /** A repeated `add` counts a delivery more, and a repeated `save` is refused, as if another delivery had been faster. */
  #ask<T>(key: WebhookLogKey, call: (log: WebhookLogStub) => Promise<T>): Promise<T> {
    return askObject(() => call(this.#deps.objects.getByName(logName(key))), { repeatable: true })
  }
}
