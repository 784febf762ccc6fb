/// <reference types="@cloudflare/workers-types" />
import { DurableObject } from 'cloudflare:workers'
import { KEEP_MS, SqlOperationStore, operationSchema } from '#adapters/sql/operation-store.ts'
import { migrate } from '#adapters/sql/schema.ts'
import type { RunOperation } from '#application/run-operation.ts'
import type { BulkOperation, CreatedOperation, OperationIntake, OperationStore } from '#ports/operation-store.ts'
import { DurableObjectDatabase } from './sql.ts'

/** What may be asked of an operation's object. */
export interface OperationStub {
  create(operation: BulkOperation): Promise<CreatedOperation>
  find(tenantId: string, id: string): Promise<BulkOperation | null>
}

export interface OperationNamespace {
  getByName(name: string): OperationStub
}

/** After a slice that failed; the alarm is set before the work, so that an object that dies goes on too. */
const AGAIN_MS = 10_000

/** The class of the objects that carry out one bulk operation each, slice by slice, one alarm a slice. */
export function createOperationObject<Env>(compose: (env: Env, operations: OperationStore) => RunOperation) {
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

    override async alarm(): Promise<void> {
      const operation = this.ctx.id.name === undefined ? null : await this.#store.load(this.ctx.id.name)
      if (!operation) return
      if (operation.status === 'completed') {
        await this.#db.erase()
        return
      }
      await this.ctx.storage.setAlarm(Date.now() + AGAIN_MS)
      const more = await this.#run.execute(operation.id)
      await this.ctx.storage.setAlarm(Date.now() + (more ? 0 : KEEP_MS))
    }
  }
}

/** An id that we could have given out. */
const OPERATION_ID = /^op_[0-7][0-9A-HJKMNP-TV-Z]{25}$/

/** The Worker's way to the operations: each is asked of its own object. */
export class RemoteOperations implements OperationIntake {
  readonly #objects: OperationNamespace

  constructor(objects: OperationNamespace) {
    this.#objects = objects
  }

  create(operation: BulkOperation): Promise<CreatedOperation> {
    return this.#objects.getByName(operation.id).create(operation)
  }

  async get(tenantId: string, id: string): Promise<BulkOperation | null> {
    return OPERATION_ID.test(id) ? this.#objects.getByName(id).find(tenantId, id) : null
  }
}
