import type { DurableObjectStorage } from '@cloudflare/workers-types'
import { migrate } from '#adapters/sql/schema.ts'
import { SqlWebhookLog, webhookSchema } from '#adapters/sql/webhook-log.ts'
import { WEBHOOK_KEPT_MS, type WebhookEntry, type WebhookLogKey, logName, nextLook } from '#domain/webhook/event.ts'
import type { Sweep } from '#domain/webhook/sweep.ts'
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
  #isUpToDate = false

  constructor(options: WebhookLogKeeperOptions) {
    this.#options = options
    this.#db = new DurableObjectDatabase(options.storage)
    this.#log = new SqlWebhookLog(this.#db)
    this.#alarm = new AlarmWaker(options.storage, options.clock)
  }

  async add(entry: WebhookEntry, sealed: string | null): Promise<StoredEvent & { readonly created: boolean }> {
    await this.#upToDate(true)
    const added = await this.#log.add(entry, sealed)
    // In one transaction with the event. Most events find an alarm that comes sooner.
    if (added.created) await this.#alarm.ensure(entry.retryAt ?? entry.receivedAt + WEBHOOK_KEPT_MS)
    return added
  }

  async find(key: WebhookLogKey, id: string): Promise<StoredEvent | null> {
    return (await this.#upToDate()) ? this.#log.find(key, id) : null
  }

  async save(entry: WebhookEntry): Promise<boolean> {
    if (!(await this.#upToDate())) return false
    const saved = await this.#log.save(entry)
    if (saved && entry.retryAt !== null) await this.#alarm.ensure(entry.retryAt)
    return saved
  }

  async list(key: WebhookLogKey, query: EventQuery): Promise<EventPage> {
    return (await this.#upToDate()) ? this.#log.list(key, query) : NOTHING
  }

  async sweep(key: WebhookLogKey): Promise<Sweep | null> {
    return (await this.#upToDate()) ? this.#log.sweep(key) : null
  }

  async begin(): Promise<void> {
    await this.#upToDate(true)
    const { sweepAt } = await this.#log.nextTimes(this.#options.key)
    await this.#alarm.ensure(sweepAt ?? this.#options.clock.now())
  }

  async lookAfter(): Promise<number | null> {
    if (!(await this.#upToDate())) return null
    const now = this.#options.clock.now()
    const next = nextLook(await this.#log.nextTimes(this.#options.key))
    if (next === null) return now + DAY_MS
    const at = Math.max(next, now)
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
    if (!(await this.#upToDate())) return
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

  /**
   * Whether its tables are there, as this release has them. Asking stores nothing: an object that was only asked for leaves
   * no trace.
   */
  async #upToDate(make = false): Promise<boolean> {
    if (this.#isUpToDate) return true
    if (!make && !this.#db.hasTable('webhook_events')) return false
    await migrate(this.#db, webhookSchema)
    this.#isUpToDate = true
    return true
  }
}
