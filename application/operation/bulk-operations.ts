import { IdempotencyKeyReusedError } from '#domain/job/errors.ts'
import { OperationNotFoundError } from '#domain/operation/errors.ts'
import type { JobStatus } from '#domain/job/job.ts'
import { type JsonValue, canonicalJson } from '#domain/json/json.ts'
import {
  type BulkDecision,
  type BulkResolution,
  type JobAction,
  OPERATION,
  type Operation,
  statusesFor,
} from '#domain/operation/operation.ts'
import type { Actor } from '#domain/tenant/actor.ts'
import type { Clock } from '#ports/clock.ts'
import type { Hasher } from '#ports/hasher.ts'
import type { IdGenerator } from '#ports/id-generator.ts'
import { isDecision } from '#domain/job/resolution.ts'
import type { JobFilter } from '#domain/job/filter.ts'
import type { JobIndex } from '#ports/job-index.ts'
import type { ProposalIndex } from '#ports/proposal-index.ts'
import { BULK_STATUSES } from '#domain/write/decide.ts'
import type { ProposalFilter } from '#domain/write/filter.ts'
import type { CreatedRecord, RecordIntake } from '#ports/record-store.ts'
import type { DerivedIds } from '../job/derived-ids.ts'

interface OperationCommand {
  readonly tenantId: string
  readonly by: Actor
  readonly idempotencyKey: string | null
}

export interface StartOperationCommand extends OperationCommand {
  readonly action: JobAction
  /** Of `resolve` alone. */
  readonly resolve: BulkResolution | null
  readonly filter: JobFilter
  /** Epoch ms: when the caller saw the jobs, if that was earlier. */
  readonly asOf?: number | undefined
}

export interface StartDecisionCommand extends OperationCommand, BulkDecision {}

export interface BulkOperationsDeps {
  readonly operations: RecordIntake<Operation>
  readonly index: JobIndex
  readonly proposals: Pick<ProposalIndex, 'count'>
  readonly clock: Clock
  readonly ids: IdGenerator
  readonly hasher: Hasher
  readonly derivedIds: Pick<DerivedIds, 'make'>
}

/** Starts operations on many jobs or proposals, and shows their progress. */
export class BulkOperations {
  readonly #deps: BulkOperationsDeps

  constructor(deps: BulkOperationsDeps) {
    this.#deps = deps
  }

  /** When this resolves, the operation is durable and goes on by itself. @throws {IdempotencyKeyReusedError} */
  async start({
    action,
    resolve,
    filter: asked,
    asOf: seenAt,
    ...command
  }: StartOperationCommand): Promise<CreatedRecord<Operation>> {
    const { index, clock } = this.#deps
    const now = clock.now()
    // What is submitted from now on is not meant.
    const asOf = Math.min(seenAt ?? now, now)
    const createdBefore = Math.min(asked.createdBefore ?? asOf + 1, asOf + 1)
    const statuses = statusesFor({ action, resolve }, asked.statuses)
    const filter: JobFilter = { ...asked, statuses, createdBefore, ...(resolve && answerable(resolve)) }
    const total = statuses.length > 0 ? sum(await index.count(command.tenantId, filter)) : 0
    const seen = seenAt !== undefined && { asOf: seenAt }
    const request = { action, resolve: resolve as JsonValue, filter: asked as JsonValue, ...seen }
    const work = { action, resolve, filter, total, last: statuses.length === 0, ...(asOf < now && { asOf }) }
    return this.#create(command, { request, work, now })
  }

  /** The same for proposals: those of finished jobs that stand where the action is for. @throws {IdempotencyKeyReusedError} */
  async decide({ decision, filter: asked, ...command }: StartDecisionCommand): Promise<CreatedRecord<Operation>> {
    const { proposals, clock } = this.#deps
    const now = clock.now()
    const createdBefore = Math.min(asked.createdBefore ?? now + 1, now + 1)
    const possible = BULK_STATUSES[decision.action]
    const statuses = possible.filter((status) => !asked.statuses || asked.statuses.includes(status))
    const filter: ProposalFilter = { ...asked, statuses, createdBefore, isReady: true }
    const counts = statuses.length > 0 ? Object.values(await proposals.count(command.tenantId, filter)) : []
    const total = counts.reduce((all, { ready }) => all + ready, 0)
    const request = { decision: decision as JsonValue, filter: asked as JsonValue }
    const decide = { decision, filter }
    const work = { action: decision.action, resolve: null, filter: {}, decide, total, last: statuses.length === 0 }
    return this.#create(command, { request, work, now })
  }

  async #create(command: OperationCommand, { request, work, now }: Started): Promise<CreatedRecord<Operation>> {
    const { id, fingerprint } = await this.#identity(command, request)
    const operation: Operation = {
      id,
      tenantId: command.tenantId,
      ...work,
      status: 'running',
      done: 0,
      skipped: 0,
      slice: [],
      cursor: null,
      createdAt: now,
      createdBy: command.by,
      updatedAt: now,
      finishedAt: null,
      version: 1,
      fingerprint,
    }
    const stored = await this.#deps.operations.create(operation)
    if (stored.record.fingerprint !== fingerprint) throw new IdempotencyKeyReusedError()
    return stored
  }

  /** @throws {OperationNotFoundError} */
  async get(tenantId: string, id: string): Promise<Operation> {
    const operation = await this.#deps.operations.get(tenantId, id)
    if (!operation) throw new OperationNotFoundError(id)
    return operation
  }

  async #identity(
    { tenantId, idempotencyKey }: OperationCommand,
    request: JsonValue,
  ): Promise<{ readonly id: string; readonly fingerprint: string | null }> {
    const { ids, hasher, derivedIds } = this.#deps
    if (idempotencyKey === null) return { id: ids.newId(OPERATION.prefix), fingerprint: null }
    return {
      id: await derivedIds.make(OPERATION.prefix, tenantId, idempotencyKey),
      fingerprint: await hasher.sha256(canonicalJson(request)),
    }
  }
}

/** What is to be done, and the request that asked for it. */
interface Started {
  readonly request: JsonValue
  readonly work: Pick<Operation, 'action' | 'resolve' | 'filter' | 'decide' | 'total' | 'last' | 'asOf'>
  readonly now: number
}

/** The jobs that have calls of the kind that is resolved. */
function answerable({ resolution }: BulkResolution): JobFilter {
  return isDecision(resolution) ? { needsApproval: true } : { hasUnknownCalls: true }
}

function sum(counts: Readonly<Record<JobStatus, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0)
}
