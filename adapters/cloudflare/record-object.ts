/// <reference types="@cloudflare/workers-types" />
import { DurableObject } from 'cloudflare:workers'
import type { RecordKind, Stored } from '#domain/record/kind.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { CreatedRecord } from '#ports/record-store.ts'
import { RecordKeeper } from './record-keeper.ts'
import type { RecordStub } from './record-stub.ts'

/** What an object needs from the Worker's environment. */
export interface RecordObjectParts<Env, T extends Stored> {
  readonly kind: RecordKind<T>
  /** See `WakeRecord`. */
  readonly wake: (env: Env) => (record: T) => Promise<T | null>
  readonly logger: (env: Env) => Logger
  readonly clock: Clock
}

/** The class of the objects that hold one record of a kind each, named by the record's id: its row and its alarm. */
export function createRecordObject<Env, T extends Stored>({ kind, wake, logger, clock }: RecordObjectParts<Env, T>) {
  return class RecordObject extends DurableObject<Env> implements RecordStub<T> {
    readonly #keeper = new RecordKeeper({
      kind,
      storage: this.ctx.storage,
      id: this.ctx.id.name ?? '',
      wake: (record) => wake(this.env)(record),
      clock,
      logger: logger(this.env),
    })

    create(record: T): Promise<CreatedRecord<T>> {
      return this.#keeper.create(record)
    }

    find(tenantId: string, id: string): Promise<T | null> {
      return this.#keeper.find(tenantId, id)
    }

    lookAfter(): Promise<number | null> {
      return this.#keeper.lookAfter()
    }

    override alarm(): Promise<void> {
      return this.#keeper.wake()
    }
  }
}
