import { type WebhookEntry, type WebhookLogKey, logName } from '#domain/webhook/event.ts'
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
    const name = logName(entry)
    if (!this.#indexed.has(name)) {
      const { tenantId, receivedAt } = entry
      await this.#deps.index.add({ id: name, tenantId, lookAt: receivedAt + GRACE_MS })
      this.#indexed.add(name)
    }
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

  /** A repeated `add` counts a delivery more, and a repeated `save` is refused, as if another delivery had been faster. */
  #ask<T>(key: WebhookLogKey, call: (log: WebhookLogStub) => Promise<T>): Promise<T> {
    return askObject(() => call(this.#deps.objects.getByName(logName(key))), { repeatable: true })
  }
}
