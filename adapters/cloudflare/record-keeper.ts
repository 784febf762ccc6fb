import type { DurableObjectStorage } from '@cloudflare/workers-types'
import { numberAt } from '#adapters/sql/database.ts'
import { SqlRecordStore, recordSchema } from '#adapters/sql/record-store.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { WakeRecord } from '#application/record/wake-record.ts'
import { restMs } from '#domain/job/leave.ts'
import type { RecordKind, Stored } from '#domain/record/kind.ts'
import { NewerFormatError } from '#domain/storage/errors.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { CreatedRecord } from '#ports/record-store.ts'
import type { RecordStub } from './record-stub.ts'
import { DurableObjectDatabase } from './database.ts'
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
    try {
      const record = this.#isMade ? await this.#records.load(id) : null
      const wakeAt = record && kind.nextWakeAt(record)
      return wakeAt === null ? record && clock.now() + DAY_MS : await this.#ensure(wakeAt)
    } catch (error) {
      return this.#ensure(await this.#whenNewer(error))
    }
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
      if (error instanceof NewerFormatError) await this.#leave(error)
      else logger.error('Could not do what was due; it will be tried again.', error, { kind: kind.name, id })
    }
  }

  /** When to check the record next. */
  async #ensure(wakeAt: number): Promise<number> {
    const now = this.#options.clock.now()
    await this.#alarm.ensure(Math.max(wakeAt, now))
    return Math.min(Math.max(wakeAt, now) + GRACE_MS, now + DAY_MS)
  }

  async #leave(error: NewerFormatError): Promise<void> {
    const { id, kind, logger } = this.#options
    await this.#setAlarm(await this.#whenNewer(error))
    const fields = { kind: kind.name, id, reason: error.message }
    logger.warn('A record was written by a newer release and is left to it.', fields)
  }

  /** When to try again a record that a newer release wrote: later each time. @throws any other error */
  async #whenNewer(error: unknown): Promise<number> {
    if (!(error instanceof NewerFormatError)) throw error
    const [row] = await this.#db.query('SELECT updated_at FROM records WHERE id = ?', this.#options.id)
    const now = this.#options.clock.now()
    return now + restMs(now - (row ? numberAt(row, 'updated_at') : now))
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
