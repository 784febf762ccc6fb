import type { DurableObjectStorage } from '@cloudflare/workers-types'
import { migrate } from '#adapters/sql/schema.ts'
import { SqlWebhookLog, webhookSchema } from '#adapters/sql/webhook-log.ts'
import { WEBHOOK_KEPT_MS, type WebhookEntry, type WebhookLogKey, logName } from '#domain/webhook/event.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { EventPage, EventQuery, StoredEvent, WebhookLog } from '#ports/webhook-log.ts'
import { DurableObjectDatabase } from './database.ts'
import { inParallel } from './in-parallel.ts'
import type { Looked } from './record-stub.ts'
import { AlarmWaker } from './waker.ts'
import type { WebhookLogNamespace, WebhookLogStub } from './webhook-log-stub.ts'

export interface WebhookLogKeeperOptions {
  readonly storage: DurableObjectStorage
  readonly key: WebhookLogKey
  /** See `TendWebhookLog`. */
  readonly tend: (log: WebhookLog, key: WebhookLogKey) => Promise<number | null>
  /** The other logs. */
  readonly objects: () => WebhookLogNamespace
  readonly clock: Clock
  readonly logger: Logger
}

/** After a failure. */
const AGAIN_MS = 60_000
/** How long after its time the sweep checks a log: then its alarm is lost, and not just late. */
const GRACE_MS = 60_000
const DAY_MS = 86_400_000
/** Logs that are asked at once. */
const AT_ONCE = 6
const NOTHING: EventPage = { events: [], next: null }

/** Keeps the log of one webhook in the storage of its object: all that the object's class does, without the class. */
export class WebhookLogKeeper implements WebhookLogStub {
  readonly #options: WebhookLogKeeperOptions
  readonly #db: DurableObjectDatabase
  readonly #log: SqlWebhookLog
  readonly #alarm: AlarmWaker
  #isMade = false

  constructor(options: WebhookLogKeeperOptions) {
    this.#options = options
    this.#db = new DurableObjectDatabase(options.storage)
    this.#log = new SqlWebhookLog(this.#db)
    this.#alarm = new AlarmWaker(options.storage, options.clock)
  }

  async add(entry: WebhookEntry, sealed: string | null): Promise<StoredEvent & { readonly created: boolean }> {
    if (!this.#exists()) await migrate(this.#db, webhookSchema)
    const added = await this.#log.add(entry, sealed)
    // In one transaction with the event. Most events find an alarm that comes sooner.
    if (added.created) await this.#alarm.ensure(entry.retryAt ?? entry.receivedAt + WEBHOOK_KEPT_MS)
    return added
  }

  async find(key: WebhookLogKey, id: string): Promise<StoredEvent | null> {
    return this.#exists() ? this.#log.find(key, id) : null
  }

  async save(entry: WebhookEntry): Promise<boolean> {
    if (!this.#exists()) return false
    const saved = await this.#log.save(entry)
    if (saved && entry.retryAt !== null) await this.#alarm.ensure(entry.retryAt)
    return saved
  }

  async list(key: WebhookLogKey, query: EventQuery): Promise<EventPage> {
    return this.#exists() ? this.#log.list(key, query) : NOTHING
  }

  async lookAfter(): Promise<number | null> {
    if (!this.#exists()) return null
    const now = this.#options.clock.now()
    const { retryAt, oldestAt } = await this.#log.nextTimes(this.#options.key)
    if (oldestAt === null) return now + DAY_MS
    const at = Math.max(Math.min(retryAt ?? Infinity, oldestAt + WEBHOOK_KEPT_MS + 1), now)
    await this.#alarm.ensure(at)
    return Math.min(at + GRACE_MS, now + DAY_MS)
  }

  async lookAfterAll(names: readonly string[]): Promise<readonly Looked[]> {
    const { key, objects, logger } = this.#options
    const looked: Looked[] = []
    await inParallel(names, AT_ONCE, async (id) => {
      try {
        const at = await (id === logName(key) ? this.lookAfter() : objects().getByName(id).lookAfter())
        looked.push({ id, at })
      } catch (error) {
        logger.error('The log of a webhook could not be looked after; it will be tried again.', error, { log: id })
      }
    })
    return looked
  }

  /** What an alarm is for. */
  async wake(): Promise<void> {
    const { key, tend, clock, logger } = this.#options
    if (!this.#exists()) return
    this.#alarm.fired()
    let next: number | null
    try {
      next = await tend(this.#log, key)
    } catch (error) {
      logger.error('The log of a webhook could not be looked after; it will be tried again.', error, { ...key })
      next = clock.now() + AGAIN_MS
    }
    this.#alarm.done()
    if (next !== null) await this.#alarm.wakeAt(null, { kind: 'webhook_log', at: next })
  }

  /** Asking stores nothing: an object that was only asked for leaves no trace. */
  #exists(): boolean {
    this.#isMade ||= this.#db.hasTable('webhook_events')
    return this.#isMade
  }
}
