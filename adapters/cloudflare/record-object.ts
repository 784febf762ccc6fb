/// <reference types="@cloudflare/workers-types" />
import { DurableObject } from 'cloudflare:workers'
import type { ChangeRecordDeps } from '#application/record/change-record.ts'
import type { WakeRecordDeps } from '#application/record/wake-record.ts'
import type { RecordKind, Stored } from '#domain/record/kind.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { CreatedRecord } from '#ports/record-store.ts'
import type { AlarmsInPlace } from './alarms-in-place.ts'
import { RecordKeeper } from './record-keeper.ts'
import type { ChangeOptions, Changed, Looked, RecordNamespace, RecordStub } from './record-stub.ts'

/** What an object needs from the Worker's environment. */
export interface RecordObjectParts<Env, T extends Stored, C, A> {
  readonly kind: RecordKind<T>
  /** See `WakeRecord`. */
  readonly wake: (env: Env) => WakeRecordDeps<T>['wake']
  /** See `ChangeRecord`; absent where no commands change records of the kind. */
  readonly decide?: (env: Env) => ChangeRecordDeps<T, C, A>['decide']
  readonly objects: (env: Env) => RecordNamespace<T, C, A>
  readonly logger: (env: Env) => Logger
  readonly clock: Clock
  readonly alarms: AlarmsInPlace<Env>
}

/** The class of the objects that hold one record of a kind each, named by the record's id: its row and its alarm. */
export function createRecordObject<Env, T extends Stored, C = never, A = never>(
  parts: RecordObjectParts<Env, T, C, A>,
) {
  const { kind, wake, decide, objects, logger, clock, alarms } = parts
  return class RecordObject extends DurableObject<Env> implements RecordStub<T, C, A> {
    readonly #keeper = new RecordKeeper<T, C, A>({
      kind,
      storage: this.ctx.storage,
      id: this.ctx.id.name ?? '',
      wake: (record, keep) => wake(this.env)(record, keep),
      ...(decide && { decide: (...given) => decide(this.env)(...given) }),
      objects: () => objects(this.env),
      clock,
      logger: logger(this.env),
    })

    create(record: T): Promise<CreatedRecord<T>> {
      return this.#keeper.create(record)
    }

    find(tenantId: string, id: string): Promise<T | null> {
      return this.#keeper.find(tenantId, id)
    }

    change(command: C, options: ChangeOptions): Promise<Changed<A>> {
      return this.#keeper.change(command, options)
    }

    lookAfter(): Promise<number | null> {
      return this.#keeper.lookAfter()
    }

    lookAfterAll(ids: readonly string[]): Promise<readonly Looked[]> {
      return this.#keeper.lookAfterAll(ids)
    }

    override alarm(): Promise<void> {
      return alarms.run(this.env, this.ctx, () => this.#keeper.wake())
    }
  }
}
