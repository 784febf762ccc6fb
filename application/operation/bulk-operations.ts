import { IdempotencyKeyReusedError } from '#domain/job/errors.ts'
import { OperationNotFoundError } from '#domain/operation/errors.ts'
import type { JobStatus } from '#domain/job/job.ts'
import { type JsonValue, canonicalJson } from '#domain/json/json.ts'
import {
  type BulkResolution,
  OPERATION,
  type Operation,
  type OperationAction,
  statusesFor,
} from '#domain/operation/operation.ts'
import type { Actor } from '#domain/tenant/actor.ts'
import type { Clock } from '#ports/clock.ts'
import type { Hasher } from '#ports/hasher.ts'
import type { IdGenerator } from '#ports/id-generator.ts'
import { isDecision } from '#domain/job/resolution.ts'
import type { JobFilter } from '#domain/job/filter.ts'
import type { JobIndex } from '#ports/job-index.ts'
import type { CreatedRecord, RecordIntake } from '#ports/record-store.ts'
import type { DerivedIds } from '../job/derived-ids.ts'

export interface StartOperationCommand {
  readonly tenantId: string
  readonly by: Actor
  readonly action: OperationAction
  /** Of `resolve` alone. */
  readonly resolve: BulkResolution | null
  readonly filter: JobFilter
  readonly idempotencyKey: string | null
}

export interface BulkOperationsDeps {
  readonly operations: RecordIntake<Operation>
  readonly index: JobIndex
  readonly clock: Clock
  readonly ids: IdGenerator
  readonly hasher: Hasher
  readonly derivedIds: Pick<DerivedIds, 'make'>
}

/** Starts operations on many jobs and shows their progress. */
export class BulkOperations {
  readonly #deps: BulkOperationsDeps

  constructor(deps: BulkOperationsDeps) {
    this.#deps = deps
  }

  /** When this resolves, the operation is durable and goes on by itself. @throws {IdempotencyKeyReusedError} */
  async start(command: StartOperationCommand): Promise<CreatedRecord<Operation>> {
    const { tenantId, by, action, resolve, filter: asked } = command
    const { operations, index, clock } = this.#deps
    const now = clock.now()
    // What is submitted from now on is not meant.
    const createdBefore = Math.min(asked.createdBefore ?? now + 1, now + 1)
    const statuses = statusesFor(command, asked.statuses)
    const isAboutUnknown = resolve && !isDecision(resolve.resolution)
    const filter: JobFilter = { ...asked, statuses, createdBefore, ...(isAboutUnknown && { hasUnknownCalls: true }) }
    const counts = statuses.length > 0 ? await index.count(tenantId, filter) : null
    const { id, fingerprint } = await this.#identity(command)
    const operation: Operation = {
      id,
      tenantId,
      action,
      resolve,
      filter,
      status: 'running',
      total: counts ? sum(counts) : 0,
      done: 0,
      skipped: 0,
      slice: [],
      cursor: null,
      last: statuses.length === 0,
      createdAt: now,
      createdBy: by,
      updatedAt: now,
      finishedAt: null,
      version: 1,
      fingerprint,
    }
    const stored = await operations.create(operation)
    if (stored.record.fingerprint !== fingerprint) throw new IdempotencyKeyReusedError()
    return stored
  }

  /** @throws {OperationNotFoundError} */
  async get(tenantId: string, id: string): Promise<Operation> {
    const operation = await this.#deps.operations.get(tenantId, id)
    if (!operation) throw new OperationNotFoundError(id)
    return operation
  }

  async #identity({ tenantId, action, resolve, filter, idempotencyKey }: StartOperationCommand): Promise<{
    readonly id: string
    readonly fingerprint: string | null
  }> {
    const { ids, hasher, derivedIds } = this.#deps
    if (idempotencyKey === null) return { id: ids.newId(OPERATION.prefix), fingerprint: null }
    const request = canonicalJson({ action, resolve: resolve as JsonValue, filter: filter as JsonValue })
    return {
      id: await derivedIds.make(OPERATION.prefix, tenantId, idempotencyKey),
      fingerprint: await hasher.sha256(request),
    }
  }
}

function sum(counts: Readonly<Record<JobStatus, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0)
}
