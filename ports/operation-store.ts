import type { Operation } from '#domain/operation/operation.ts'
import type { JobCursor, JobFilter } from './job-index.ts'

export type BulkOperation = Operation<JobFilter, JobCursor>

export type OperationKey = Pick<BulkOperation, 'id' | 'tenantId'>

/** What the front door needs of it. On Cloudflare it is answered by the operation's own object. */
export interface OperationIntake {
  /** Stores a new operation and sees to it that it is carried out; where the id is taken, returns what has it. */
  create(operation: BulkOperation): Promise<CreatedOperation>

  /** `null` when the id is unknown or belongs to another tenant. */
  get(tenantId: string, id: string): Promise<BulkOperation | null>
}

export interface CreatedOperation {
  readonly operation: BulkOperation
  /** False when there was an operation with this id. */
  readonly created: boolean
}

/** Durable home of operations. An implementation is correct when `test/contracts/operation-store.contract.ts` passes. */
export interface OperationStore extends OperationIntake {
  load(id: string): Promise<BulkOperation | null>

  /** @throws {VersionConflictError} when the stored version is not `operation.version - 1`. */
  save(operation: BulkOperation): Promise<void>

  /** Those that are not completed. */
  unfinished(): Promise<readonly OperationKey[]>
}
