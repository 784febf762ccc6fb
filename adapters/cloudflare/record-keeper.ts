import type { DurableObjectStorage } from '@cloudflare/workers-types'
import { SqlRecordStore, recordSchema } from '#adapters/sql/record-store.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { WakeRecord } from '#application/record/wake-record.ts'
import type { RecordKind, Stored } from '#domain/record/kind.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { CreatedRecord } from '#ports/record-store.ts'
import type { RecordStub } from './record-stub.ts'
import { DurableObjectDatabase } from './sql.ts'
import { AlarmWaker } from './waker.ts'

export interface RecordKeeperOptions<T extends Stored> {
  readonly kind: RecordKind<T>
  readonly storage: DurableObjectStorage
  readonly id: string
  /** See `WakeRecord`. */
  readonly wake: (record: T) => Promise<T | null>
  readonly clock: Clock
  readonly logger: Logger
}

/** How soon a wake that failed is tried again; the alarm is set before the work, so that an object that dies goes on too. */
const AGAIN_MS = 10_000
/** How long after its time a record is checked: then its alarm is lost, and not just late. */
const GRACE_MS = 60_000
/** A record with a later time is checked at least this often, because its time may have moved. */
const DAY_MS = 86_400_000

/** Keeps one record in the storage of its object: all that the object's class does, without the class. */
export class RecordKeeper<T extends Stored> implements RecordStub<T> {
  readonly #options: RecordKeeperOptions<T>
  readonly #db: DurableObjectDatabase
  readonly #alarm: AlarmWaker
  readonly #records: SqlRecordStore<T>

  constructor(options: RecordKeeperOptions<T>) {
    this.#options = options
    this.#db = new DurableObjectDatabase(options.storage)
    this.#alarm = new AlarmWaker(options.storage, options.clock)
    this.#records = new SqlRecordStore(this.#db, options.kind, this.#alarm)
  }

  async create(record: T): Promise<CreatedRecord<T>> {
    await migrate(this.#db, recordSchema)
    return this.#records.create(record)
  }

  async find(tenantId: string, id: string): Promise<T | null> {
    return this.#isMade ? this.#records.get(tenantId, id) : null
  }

  async lookAfter(): Promise<number | null> {
    const { id, kind, clock } = this.#options
    const record = this.#isMade ? await this.#records.load(id) : null
    const wakeAt = record && kind.nextWakeAt(record)
    if (wakeAt === null) return record && clock.now() + DAY_MS
    const now = clock.now()
    await this.#alarm.ensure(Math.max(wakeAt, now))
    return Math.min(Math.max(wakeAt, now) + GRACE_MS, now + DAY_MS)
  }

  /** What an alarm is for. */
  async wake(): Promise<void> {
    const { id, kind, wake, clock, logger } = this.#options
    if (!this.#isMade) return
    this.#alarm.forget()
    await this.#setAlarm(clock.now() + AGAIN_MS)
    try {
      const at = await new WakeRecord({ kind, records: this.#records, clock, wake }).execute(id)
      if (at === null && (await this.#records.load(id)) === null) await this.#erase()
      else await this.#setAlarm(at)
    } catch (error) {
      // Thrown on, it would be tried six times in a row and then never again; the alarm that is set comes for ever.
      logger.error('Could not do what was due; it will be tried again.', error, { kind: kind.name, id })
    }
  }

  async #erase(): Promise<void> {
    this.#alarm.forget()
    await this.#db.erase()
  }

  async #setAlarm(at: number | null): Promise<void> {
    await this.#alarm.wakeAt(null, at === null ? null : { kind: this.#options.kind.name, at })
  }

  get #isMade(): boolean {
    return this.#db.hasTable('records')
  }
}
