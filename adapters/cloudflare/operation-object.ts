/// <reference types="@cloudflare/workers-types" />
import { DurableObject } from 'cloudflare:workers'
import { KEEP_MS, SqlOperationStore, operationSchema } from '#adapters/sql/operation-store.ts'
import { migrate } from '#adapters/sql/schema.ts'
import type { RunOperation } from '#application/operation/run-operation.ts'
import type { Logger } from '#ports/logger.ts'
import type { BulkOperation, CreatedOperation, OperationIntake, OperationStore } from '#ports/operation-store.ts'
import type { OperationIndex } from './operation-index.ts'
import { askObject } from './outage.ts'
import { DurableObjectDatabase } from './sql.ts'
import { ensureAlarm } from './waker.ts'

/** What may be asked of an operation's object. */
export interface OperationStub {
  create(operation: BulkOperation): Promise<CreatedOperation>
  find(tenantId: string, id: string): Promise<BulkOperation | null>
  /** Sets the operation going if it should be and is not; `false` when it is completed, gone, or was never stored. */
  lookAfter(): Promise<boolean>
}

export interface OperationNamespace {
  getByName(name: string): OperationStub
}

/** After a slice that failed; the alarm is set before the work, so that an object that dies goes on too. */
const AGAIN_MS = 10_000

/** What an object needs from the Worker's environment. */
export interface OperationObjectParts<Env> {
  readonly compose: (env: Env, operations: OperationStore) => RunOperation
  readonly logger: (env: Env) => Logger
}

/** The class of the objects that carry out one bulk operation each, slice by slice, one alarm a slice. */
export function createOperationObject<Env>({ compose, logger }: OperationObjectParts<Env>) {
  return class BulkOperationObject extends DurableObject<Env> implements OperationStub {
    readonly #db = new DurableObjectDatabase(this.ctx.storage)
    readonly #store = new SqlOperationStore(this.#db, () => this.ctx.storage.setAlarm(Date.now()))
    readonly #run = compose(this.env, this.#store)

    async create(operation: BulkOperation): Promise<CreatedOperation> {
      await migrate(this.#db, operationSchema)
      return this.#store.create(operation)
    }

    async find(tenantId: string, id: string): Promise<BulkOperation | null> {
      return this.#db.hasTable('operations') ? this.#store.get(tenantId, id) : null
    }

    async lookAfter(): Promise<boolean> {
      const operation = await this.#load()
      if (operation?.status !== 'running') return false
      const now = Date.now()
      await ensureAlarm(this.ctx.storage, now + AGAIN_MS, now)
      return true
    }

    override async alarm(): Promise<void> {
      const operation = await this.#load()
      if (!operation) return
      if (operation.status === 'completed') {
        await this.#db.erase()
        return
      }
      await this.ctx.storage.setAlarm(Date.now() + AGAIN_MS)
      try {
        const more = await this.#run.execute(operation.id)
        await this.ctx.storage.setAlarm(Date.now() + (more ? 0 : KEEP_MS))
      } catch (error) {
        // Thrown on, it would be tried six times in a row and then never again; the alarm that is set comes for ever.
        const { id: operationId } = operation
        logger(this.env).error('An operation could not go on; it will be tried again.', error, { operationId })
      }
    }

    async #load(): Promise<BulkOperation | null> {
      const { name } = this.ctx.id
      return name !== undefined && this.#db.hasTable('operations') ? this.#store.load(name) : null
    }
  }
}

/** An id that we could have given out. */
const OPERATION_ID = /^op_[0-7][0-9A-HJKMNP-TV-Z]{25}$/

/** The Worker's way to the operations: each is asked of its own object. */
export class RemoteOperations implements OperationIntake {
  readonly #objects: OperationNamespace
  readonly #index: Pick<OperationIndex, 'add'>

  constructor(objects: OperationNamespace, index: Pick<OperationIndex, 'add'>) {
    this.#objects = objects
    this.#index = index
  }

  /** The index first: what it does not have is not found when its alarm is lost. */
  async create(operation: BulkOperation): Promise<CreatedOperation> {
    await this.#index.add(operation.id, operation.createdAt)
    return askObject(() => this.#objects.getByName(operation.id).create(operation), { repeatable: true })
  }

  async get(tenantId: string, id: string): Promise<BulkOperation | null> {
    if (!OPERATION_ID.test(id)) return null
    return askObject(() => this.#objects.getByName(id).find(tenantId, id), { repeatable: true })
  }
}
