import type { BatchIntake } from '#application/batch/batches.ts'
import type { ItemsQuery, ResultPage } from '#application/batch/read-items.ts'
import { type Batch, BATCH } from '#domain/batch/batch.ts'
import { BatchNotFoundError } from '#domain/batch/errors.ts'
import type { BatchItem, BatchTotals, ItemEnd } from '#domain/batch/item.ts'
import { VersionConflictError } from '#domain/storage/errors.ts'
import type { Append, BatchItemIntake, DoneItem, ItemQuery } from '#ports/batch-items.ts'
import type { CreatedRecord } from '#ports/record-store.ts'
import type { BatchNamespace, BatchStub } from './batch-stub.ts'
import type { ContentIndex } from './content-index.ts'
import { askObject } from './outage.ts'
import type { RecordIndex } from './record-index.ts'

export interface RemoteBatchesDeps {
  readonly objects: BatchNamespace
  readonly index: Pick<RecordIndex, 'add'>
  readonly contents: Pick<ContentIndex, 'find'>
}

/** A new batch is looked after by then. */
const GRACE_MS = 60_000
/** An id that we could have given out; anything else is answered without waking an object. */
const BATCH_ID = new RegExp(`^${BATCH.prefix}_[0-7][0-9A-HJKMNP-TV-Z]{25}$`)

/** The Worker's way to the batches: each is asked of its own object. */
export class RemoteBatches implements BatchIntake {
  readonly #deps: RemoteBatchesDeps

  constructor(deps: RemoteBatchesDeps) {
    this.#deps = deps
  }

  /** The index first: what it does not have is not found when its alarm is lost. */
  async create(batch: Batch): Promise<CreatedRecord<Batch>> {
    const { objects, index } = this.#deps
    const { id, tenantId, createdAt } = batch
    await index.add({ id, tenantId, createdAt, lookAt: createdAt + GRACE_MS })
    return ask(objects, id, (object) => object.create(batch))
  }

  async get(tenantId: string, id: string): Promise<Batch | null> {
    return BATCH_ID.test(id) ? ask(this.#deps.objects, id, (object) => object.find(tenantId, id)) : null
  }

  async load(id: string): Promise<Batch | null> {
    return BATCH_ID.test(id) ? ask(this.#deps.objects, id, (object) => object.load()) : null
  }

  /** After a lost answer its repeat is a conflict, and the change is decided again. */
  async save(batch: Batch): Promise<void> {
    const { id, version } = batch
    if (!(await ask(this.#deps.objects, id, (object) => object.save(batch))))
      throw new VersionConflictError(id, version - 1)
  }
}

/** The Worker's way to their items. */
export class RemoteBatchItems implements BatchItemIntake {
  readonly #deps: RemoteBatchesDeps

  constructor(deps: RemoteBatchesDeps) {
    this.#deps = deps
  }

  /** With its batch. */
  async open(): Promise<void> {
    // The object has done that.
  }

  /** With each change of its batch. */
  async control(): Promise<void> {
    // The object has done that.
  }

  totals(batchId: string): Promise<BatchTotals | null> {
    return this.#ask(batchId, (object) => object.totals())
  }

  /** Not asked again when an answer is lost: the caller learns from the batch how far it has come. */
  append(lines: Append): Promise<boolean> {
    return askObject(() => this.#deps.objects.getByName(lines.batchId).append(lines), { repeatable: false })
  }

  linesOf(batchId: string, keys: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return keys.length === 0 ? Promise.resolve(new Map()) : this.#ask(batchId, (object) => object.linesOf(keys))
  }

  /** Without its object: every batch writes what it has done to D1. */
  done(tenantId: string, contentKeys: readonly string[]): Promise<readonly DoneItem[]> {
    return this.#deps.contents.find(tenantId, contentKeys)
  }

  list(query: ItemQuery): Promise<readonly BatchItem[]> {
    return this.#ask(query.batchId, (object) => object.list(query))
  }

  /** What a job's object says of its end. */
  end(batchId: string, ends: readonly ItemEnd[]): Promise<void> {
    return this.#ask(batchId, (object) => object.end(ends))
  }

  /**
   * A page, read by the object. So the calls for its jobs count there, and not in the request, which has a limit of them.
   * @throws {BatchNotFoundError}
   */
  async results(query: ItemsQuery): Promise<ResultPage> {
    const { batchId } = query
    const page = BATCH_ID.test(batchId) ? await this.#ask(batchId, (object) => object.results(query)) : null
    if (!page) throw new BatchNotFoundError(batchId)
    return page
  }

  #ask<T>(batchId: string, call: (object: BatchStub) => Promise<T>): Promise<T> {
    return ask(this.#deps.objects, batchId, call)
  }
}

function ask<T>(objects: BatchNamespace, id: string, call: (object: BatchStub) => Promise<T>): Promise<T> {
  return askObject(() => call(objects.getByName(id)), { repeatable: true })
}
