import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict'
import type { BulkOperation, OperationStore } from '#ports/operation-store.ts'
import type { ContractCase } from './contract.ts'

export function operation(fields: Partial<BulkOperation> = {}): BulkOperation {
  return {
    id: 'op_1',
    tenantId: 'acme',
    resolve: null,
    action: 'cancel',
    filter: { tag: 'red' },
    status: 'running',
    total: 3,
    done: 0,
    skipped: 0,
    slice: [],
    cursor: { createdAt: 5, id: 'job_1' },
    last: false,
    createdAt: 1,
    createdBy: { kind: 'key', id: 'till' },
    updatedAt: 1,
    finishedAt: null,
    version: 1,
    fingerprint: null,
    ...fields,
  }
}

export const operationStoreContract: readonly ContractCase<OperationStore>[] = [
  {
    name: 'create() keeps an operation; where the id is taken it returns what has it',
    async run(operations) {
      const first = operation()
      deepStrictEqual(await operations.create(first), { operation: first, created: true })
      deepStrictEqual(await operations.create(operation({ total: 9 })), { operation: first, created: false })
      deepStrictEqual(await operations.load('op_1'), first)
    },
  },
  {
    name: 'get() answers the tenant who owns it, and nobody else',
    async run(operations) {
      await operations.create(operation())
      deepStrictEqual(await operations.get('acme', 'op_1'), operation())
      strictEqual(await operations.get('other', 'op_1'), null)
      strictEqual(await operations.get('acme', 'op_2'), null)
    },
  },
  {
    name: 'save() over a version it has not seen rejects and changes nothing',
    async run(operations) {
      await operations.create(operation())
      await operations.save(operation({ version: 2, done: 1 }))
      await rejects(operations.save(operation({ version: 2, done: 7 })), { code: 'version_conflict' })
      strictEqual((await operations.load('op_1'))?.done, 1)
    },
  },
  {
    name: 'a completed operation is gone 30 days later, when another one is made',
    async run(operations) {
      await operations.create(operation())
      await operations.save(operation({ version: 2, status: 'completed', finishedAt: 100 }))
      const month = 30 * 86_400_000
      await operations.create(operation({ id: 'op_2', createdAt: 100 + month }))
      strictEqual((await operations.load('op_1'))?.finishedAt, 100)
      await operations.create(operation({ id: 'op_3', createdAt: 101 + month }))
      strictEqual(await operations.load('op_1'), null)
    },
  },
  {
    name: 'unfinished() lists what is not completed',
    async run(operations) {
      await operations.create(operation())
      await operations.create(operation({ id: 'op_2' }))
      await operations.save(operation({ version: 2, status: 'completed' }))
      deepStrictEqual(await operations.unfinished(), [{ id: 'op_2', tenantId: 'acme' }])
    },
  },
]
