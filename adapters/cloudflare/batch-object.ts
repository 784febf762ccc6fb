/// <reference types="@cloudflare/workers-types" />
import { DurableObject } from 'cloudflare:workers'
import type { ItemsQuery, ResultPage } from '#application/batch/read-items.ts'
import type { Batch } from '#domain/batch/batch.ts'
import type { BatchItem, BatchTotals, ItemEnd } from '#domain/batch/item.ts'
import type { Append, ItemQuery } from '#ports/batch-items.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { CreatedRecord } from '#ports/record-store.ts'
import type { AlarmsInPlace } from './alarms-in-place.ts'
import { type BatchApp, BatchKeeper, type BatchWorld } from './batch-keeper.ts'
import type { BatchNamespace, BatchStub } from './batch-stub.ts'
import type { ContentIndex } from './content-index.ts'
import type { RecordIndex } from './record-index.ts'
import type { Looked } from './record-stub.ts'

/** What an object needs from the Worker's environment. */
export interface BatchObjectParts<Env> {
  /** Gives an object the use-cases of its batch. */
  readonly compose: (env: Env, world: BatchWorld) => BatchApp
  readonly contents: (env: Env) => ContentIndex
  readonly index: (env: Env) => Pick<RecordIndex, 'remove' | 'countLines'>
  readonly objects: (env: Env) => BatchNamespace
  readonly logger: (env: Env) => Logger
  readonly clock: Clock
  readonly alarms: AlarmsInPlace<Env>
}

/** The class of the objects that hold one batch each, named by its id: its record, its items and its alarm. */
export function createBatchObject<Env>(parts: BatchObjectParts<Env>) {
  return class BatchObject extends DurableObject<Env> implements BatchStub {
    readonly #keeper = keeperOf(parts, this.env, this.ctx)

    create(record: Batch): Promise<CreatedRecord<Batch>> {
      return this.#keeper.create(record)
    }

    find(tenantId: string, id: string): Promise<Batch | null> {
      return this.#keeper.find(tenantId, id)
    }

    load(): Promise<Batch | null> {
      return this.#keeper.load()
    }

    save(record: Batch): Promise<boolean> {
      return this.#keeper.save(record)
    }

    totals(): Promise<BatchTotals | null> {
      return this.#keeper.totals()
    }

    linesOf(keys: readonly string[]): Promise<ReadonlyMap<string, number>> {
      return this.#keeper.linesOf(keys)
    }

    append(lines: Append): Promise<boolean> {
      return this.#keeper.append(lines)
    }

    list(query: ItemQuery): Promise<readonly BatchItem[]> {
      return this.#keeper.list(query)
    }

    results(query: ItemsQuery): Promise<ResultPage | null> {
      return this.#keeper.results(query)
    }

    end(ends: readonly ItemEnd[]): Promise<void> {
      return this.#keeper.end(ends)
    }

    lookAfter(): Promise<number | null> {
      return this.#keeper.lookAfter()
    }

    lookAfterAll(ids: readonly string[]): Promise<readonly Looked[]> {
      return this.#keeper.lookAfterAll(ids)
    }

    override alarm(): Promise<void> {
      return parts.alarms.run(this.env, this.ctx, () => this.#keeper.wake())
    }
  }
}

function keeperOf<Env>(parts: BatchObjectParts<Env>, env: Env, state: DurableObjectState): BatchKeeper {
  const { compose, contents, index, objects, logger, clock } = parts
  return new BatchKeeper({
    storage: state.storage,
    id: state.id.name ?? '',
    compose: (world) => compose(env, world),
    contents: contents(env),
    index: index(env),
    objects: () => objects(env),
    clock,
    logger: logger(env),
    waitUntil: (work) => {
      state.waitUntil(work)
    },
  })
}
