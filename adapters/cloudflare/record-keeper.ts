import type { DurableObjectStorage } from '@cloudflare/workers-types'
import { numberAt } from '#adapters/sql/database.ts'
import { SqlRecordStore, oneRecordSchema } from '#adapters/sql/record-store.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { ChangeRecord, type ChangeRecordDeps } from '#application/record/change-record.ts'
import { WakeRecord, type WakeRecordDeps } from '#application/record/wake-record.ts'
import { restMs } from '#domain/job/leave.ts'
import type { RecordKind, Stored } from '#domain/record/kind.ts'
import { NewerFormatError } from '#domain/storage/errors.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { CreatedRecord, RecordStore } from '#ports/record-store.ts'
import { AppError } from '#domain/app-error.ts'
import { inParallel } from './in-parallel.ts'
import { refusalOf } from './job-stub.ts'
import type { ChangeOptions, Changed, Looked, LookedAfter, RecordStub } from './record-stub.ts'
import { DurableObjectDatabase } from './database.ts'
import { AlarmWaker } from './waker.ts'

export interface RecordKeeperOptions<T extends Stored, C, A> {
  readonly kind: RecordKind<T>
  readonly storage: DurableObjectStorage
  readonly id: string
  /** See `WakeRecord`. */
  readonly wake: WakeRecordDeps<T>['wake']
  /** See `ChangeRecord`; absent where no commands change records of the kind. */
  readonly decide?: ChangeRecordDeps<T, C, A>['decide']
  /** Of its kind, by id. */
  readonly objects: () => LookedAfter
  readonly clock: Clock
  readonly logger: Logger
}

/** How soon a wake that failed is tried again. */
const AGAIN_MS = 10_000
/** How long after its time a record is checked: then its alarm is lost, and not just late. */
const GRACE_MS = 60_000
/** A record with a later time is checked at least this often, because its time may have moved. */
const DAY_MS = 86_400_000

/** Connections of one invocation at once. */
const AT_ONCE = 6

/** The index does not have the record yet that a command would make, or not the time at which it would begin anew. */
class Unlisted extends Error {
  readonly lookAt: number

  constructor(lookAt: number) {
    super()
    this.lookAt = lookAt
  }
}

/** Keeps one record in the storage of its object: all that the object's class does, without the class. */
export class RecordKeeper<T extends Stored, C = never, A = never> implements RecordStub<T, C, A> {
  readonly #options: RecordKeeperOptions<T, C, A>
  readonly #db: DurableObjectDatabase
  readonly #alarm: AlarmWaker
  readonly #records: SqlRecordStore<T>

  constructor(options: RecordKeeperOptions<T, C, A>) {
    this.#options = options
    this.#db = new DurableObjectDatabase(options.storage)
    this.#alarm = new AlarmWaker(options.storage, options.clock)
    this.#records = new SqlRecordStore(this.#db, options.kind, this.#alarm)
  }

  /** For use-cases in the object. To read makes nothing. */
  get store(): RecordStore<T> {
    const { id } = this.#options
    return {
      load: () => (this.#isMade ? this.#records.load(id) : Promise.resolve(null)),
      get: (tenantId) => this.find(tenantId, id),
      create: (record) => this.create(record),
      save: (record) => this.#records.save(record),
      remove: (record) => this.#records.remove(record),
    }
  }

  async create(record: T): Promise<CreatedRecord<T>> {
    await migrate(this.#db, oneRecordSchema)
    return this.#records.create(record)
  }

  async find(tenantId: string, id: string): Promise<T | null> {
    return this.#isMade ? this.#records.get(tenantId, id) : null
  }

  async change(command: C, { isListed, mayCreate }: ChangeOptions): Promise<Changed<A>> {
    const { id, kind, clock, decide } = this.#options
    if (!decide) throw new TypeError(`Records of the kind "${kind.name}" take no commands.`)
    const records = (isListed ?? mayCreate) ? this.store : this.#listedStore()
    try {
      return { answer: await new ChangeRecord({ records, clock, decide }).execute(id, command) }
    } catch (error) {
      if (error instanceof Unlisted) return { lookAt: error.lookAt }
      if (error instanceof AppError) return { refusal: refusalOf(error) }
      throw error
    }
  }

  /** Refuses what the index has to know before. */
  #listedStore(): Pick<RecordStore<T>, 'load' | 'create' | 'save'> {
    const { kind, clock } = this.#options
    const { store } = this
    let isOver = false
    const unlisted = (record: T): never => {
      throw new Unlisted(this.#checkedAt(kind.nextWakeAt(record) ?? clock.now()))
    }
    return {
      load: async (id) => {
        const record = await store.load(id)
        isOver = record !== null && this.#isOver(record)
        return record
      },
      create: (record) => Promise.resolve(record).then(unlisted),
      save: async (record) => (isOver && !this.#isOver(record) ? unlisted(record) : store.save(record)),
    }
  }

  #isOver(record: T): boolean {
    return this.#options.kind.isOver?.(record) === true
  }

  async lookAfterAll(ids: readonly string[]): Promise<readonly Looked[]> {
    const { id: own, kind, logger, objects } = this.#options
    const looked: Looked[] = []
    await inParallel(ids, AT_ONCE, async (id) => {
      try {
        const at = await (id === own ? this.lookAfter() : objects().getByName(id).lookAfter())
        looked.push({ id, at })
      } catch (error) {
        const fields = { kind: kind.name, id }
        logger.error('A record could not be looked after; it will be tried again.', error, fields)
      }
    })
    return looked
  }

  async lookAfter(): Promise<number | null> {
    const { id, kind, clock } = this.#options
    try {
      const record = this.#isMade ? await this.#records.load(id) : null
      if (!record) return null
      const wakeAt = kind.nextWakeAt(record)
      if (wakeAt === null) return clock.now() + DAY_MS
      const checkedAt = await this.#ensure(wakeAt)
      // Its time does not move without a new entry in the index.
      return this.#isOver(record) ? Math.max(wakeAt + GRACE_MS, checkedAt) : checkedAt
    } catch (error) {
      return this.#ensure(await this.#whenNewer(error))
    }
  }

  /** What an alarm is for. */
  async wake(): Promise<void> {
    if (!this.#isMade) return
    // The platform repeats the alarm if the object dies; what it gives up, the sweep finds.
    this.#alarm.fired()
    const next = await this.#wake()
    this.#alarm.done()
    if (next === 'gone') await this.#erase()
    else await this.#setAlarm(next)
  }

  /** When to wake it next. */
  async #wake(): Promise<number | null | 'gone'> {
    const { id, kind, wake, clock, logger } = this.#options
    try {
      const at = await new WakeRecord({ kind, records: this.#records, clock, wake }).execute(id)
      return at === null && (await this.#records.load(id)) === null ? 'gone' : at
    } catch (error) {
      // Thrown on, it would be tried six times in a row and then never again.
      if (error instanceof NewerFormatError) return this.#leave(error)
      logger.error('Could not do what was due; it will be tried again.', error, { kind: kind.name, id })
      return clock.now() + AGAIN_MS
    }
  }

  /** When to check the record next. */
  async #ensure(wakeAt: number): Promise<number> {
    const now = this.#options.clock.now()
    await this.#alarm.ensure(Math.max(wakeAt, now))
    return this.#checkedAt(wakeAt)
  }

  #checkedAt(wakeAt: number): number {
    const now = this.#options.clock.now()
    return Math.min(Math.max(wakeAt, now) + GRACE_MS, now + DAY_MS)
  }

  async #leave(error: NewerFormatError): Promise<number> {
    const { id, kind, logger } = this.#options
    const fields = { kind: kind.name, id, reason: error.message }
    logger.warn('A record was written by a newer release and is left to it.', fields)
    return this.#whenNewer(error)
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
