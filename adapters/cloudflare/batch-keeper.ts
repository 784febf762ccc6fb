import type { DurableObjectStorage } from '@cloudflare/workers-types'
import type { MoveBatchOn } from '#application/batch/move-batch-on.ts'
import type { ReadItems, ItemsQuery, ResultPage } from '#application/batch/read-items.ts'
import type { RunBatch } from '#application/batch/run-batch.ts'
import type { Keep } from '#application/record/wake-record.ts'
import { type Batch, BATCH, controlOf } from '#domain/batch/batch.ts'
import { BatchNotFoundError } from '#domain/batch/errors.ts'
import type { BatchItem, BatchTotals, ItemEnd } from '#domain/batch/item.ts'
import { VersionConflictError } from '#domain/storage/errors.ts'
import type { Append, BatchItems, ItemQuery } from '#ports/batch-items.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { CreatedRecord, RecordStore } from '#ports/record-store.ts'
import { ObjectBatchItems } from './batch-items.ts'
import type { BatchNamespace, BatchStub } from './batch-stub.ts'
import type { ContentIndex } from './content-index.ts'
import { DurableObjectDatabase } from './database.ts'
import type { RecordIndex } from './record-index.ts'
import { RecordKeeper } from './record-keeper.ts'
import type { Looked } from './record-stub.ts'

/** The use-cases of a batch where it is stored. */
export interface BatchApp {
  readonly runBatch: Pick<RunBatch, 'execute'>
  readonly moveBatchOn: Pick<MoveBatchOn, 'once'>
  readonly readItems: Pick<ReadItems, 'results'>
}

/** What an object hands to the use-cases of its batch. */
export interface BatchWorld {
  readonly batches: RecordStore<Batch>
  readonly items: BatchItems
}

export interface BatchKeeperOptions {
  readonly storage: DurableObjectStorage
  readonly id: string
  readonly compose: (world: BatchWorld) => BatchApp
  readonly contents: ContentIndex
  readonly index: Pick<RecordIndex, 'remove' | 'countLines'>
  /** The objects of all batches. */
  readonly objects: () => BatchNamespace
  readonly clock: Clock
  readonly logger: Logger
  /** Lets work go on after the answer. */
  readonly waitUntil: (work: Promise<void>) => void
}

const EMPTY: ReadonlyMap<string, number> = new Map()

/** Keeps one batch with its items in the storage of its object: all that the object's class does, without the class. */
export class BatchKeeper implements BatchStub {
  readonly #options: BatchKeeperOptions
  readonly #records: RecordKeeper<Batch>
  readonly #items: ObjectBatchItems
  #composed: BatchApp | null = null
  /** Writes of the lines to the index take turns, so that the last is the newest. */
  #counted: Promise<void> = Promise.resolve()

  constructor(options: BatchKeeperOptions) {
    this.#options = options
    this.#items = new ObjectBatchItems(new DurableObjectDatabase(options.storage), options.contents)
    this.#records = new RecordKeeper({
      ...options,
      kind: BATCH,
      wake: (batch, keep) => this.#run(batch, keep),
    })
  }

  /** Not before it is needed: reads need none of it. */
  get #app(): BatchApp {
    return (this.#composed ??= this.#options.compose({ batches: this.#records.store, items: this.#items }))
  }

  /** Only settled promises are awaited, so the record, the place for its items and the alarm are one transaction. */
  async create(record: Batch): Promise<CreatedRecord<Batch>> {
    const made = await this.#records.create(record)
    if (!made.created) return made
    const { id, tenantId, createdAt } = made.record
    await this.#items.open({ id, tenantId, at: createdAt })
    await this.#items.control(id, controlOf(made.record))
    return made
  }

  find(tenantId: string, id: string): Promise<Batch | null> {
    return this.#records.find(tenantId, id)
  }

  load(): Promise<Batch | null> {
    return this.#records.store.load(this.#options.id)
  }

  async save(record: Batch): Promise<boolean> {
    try {
      await this.#records.store.save(record)
      await this.#items.control(record.id, controlOf(record))
      return true
    } catch (error) {
      if (error instanceof VersionConflictError) return false
      throw error
    }
  }

  async totals(): Promise<BatchTotals | null> {
    return (await this.#items.isMade()) ? this.#items.totals(this.#options.id) : null
  }

  async linesOf(keys: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return (await this.#items.isMade()) ? this.#items.linesOf(this.#options.id, keys) : EMPTY
  }

  async append(lines: Append): Promise<boolean> {
    const appended = (await this.#items.isMade()) && (await this.#items.append(lines))
    if (!appended) return false
    this.#options.waitUntil(this.#countLines(lines.from + lines.items.length).catch(this.#miscounted))
    this.#moveOn()
    return true
  }

  async list(query: ItemQuery): Promise<readonly BatchItem[]> {
    return (await this.#items.isMade()) ? this.#items.list(query) : []
  }

  async results(query: ItemsQuery): Promise<ResultPage | null> {
    if (!(await this.#items.isMade())) return null
    try {
      return await this.#app.readItems.results(query)
    } catch (error) {
      if (error instanceof BatchNotFoundError) return null
      throw error
    }
  }

  async end(ends: readonly ItemEnd[]): Promise<void> {
    if (!(await this.#items.isMade())) return
    try {
      await this.#items.end(this.#options.id, ends)
    } finally {
      this.#moveOn()
    }
  }

  lookAfter(): Promise<number | null> {
    return this.#records.lookAfter()
  }

  lookAfterAll(ids: readonly string[]): Promise<readonly Looked[]> {
    return this.#records.lookAfterAll(ids)
  }

  /** What an alarm is for. */
  wake(): Promise<void> {
    return this.#records.wake()
  }

  /** Its entry in the index goes before its record: what the index lacks is never found again. */
  async #run(batch: Batch, keep: Keep<Batch>): Promise<Batch | null> {
    if (batch.finishedAt !== null) await this.#countLines(0)
    // Uploads count the lines of every other batch; the end of this one has taken them back.
    else if (batch.isRetrying) await this.#countLines((await this.totals())?.next ?? 0)
    const next = await this.#app.runBatch.execute(batch, keep)
    if (next === null) await this.#options.index.remove(batch.id)
    return next
  }

  #countLines(lines: number): Promise<void> {
    const { index, id } = this.#options
    const counted = this.#counted.then(() => index.countLines(id, lines))
    this.#counted = counted.catch(() => undefined)
    return counted
  }

  /** The next chunk says it again. */
  readonly #miscounted = (error: unknown): void => {
    const { logger, id } = this.#options
    logger.error('The lines of a batch were not counted for its tenant.', error, { batchId: id })
  }

  /** One bounded step for each request, so that none makes more than its share of subrequests. */
  #moveOn(): void {
    const { id, waitUntil, logger } = this.#options
    const work = this.#app.moveBatchOn.once(id).catch((error: unknown) => {
      logger.error('A batch could not be moved on; its wake will.', error, { batchId: id })
    })
    waitUntil(work)
  }
}
