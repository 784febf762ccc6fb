import type { AgentRegistry } from '#domain/agent/registry.ts'
import { type Batch, type FailureLimit, BATCH, controlOf, isBeingDeleted, statusOf } from '#domain/batch/batch.ts'
import {
  BatchFinishedError,
  BatchNotFinishedError,
  BatchNotFoundError,
  NothingToRetryError,
} from '#domain/batch/errors.ts'
import type { BatchTotals } from '#domain/batch/item.ts'
import { retryableOf } from '#domain/batch/progress.ts'
import { IdempotencyKeyReusedError } from '#domain/job/errors.ts'
import { type JsonValue, canonicalJson } from '#domain/json/json.ts'
import type { WriteMode } from '#domain/write/write.ts'
import type { Actor } from '#domain/tenant/actor.ts'
import type { TenantPolicies } from '#domain/tenant/policy.ts'
import type { BatchItemIntake } from '#ports/batch-items.ts'
import type { CallbackSender } from '#ports/callback-sender.ts'
import type { Clock } from '#ports/clock.ts'
import type { Hasher } from '#ports/hasher.ts'
import type { IdGenerator } from '#ports/id-generator.ts'
import type { Models } from '#ports/model.ts'
import type { RecordStore } from '#ports/record-store.ts'
import { checkCallback } from '../callback/check-callback.ts'
import type { DerivedIds } from '../job/derived-ids.ts'
import { updateRecord } from '../record/change-record.ts'
import { isExpired, mayRetry } from './run-batch.ts'

export interface BatchKey {
  readonly tenantId: string
  readonly batchId: string
}

export interface BatchCommand extends BatchKey {
  readonly by: Actor
}

export interface BatchOptions {
  readonly name: string | null
  readonly itemKey: string | null
  readonly maxConcurrency: number
  readonly stopOnFailures: FailureLimit | null
  readonly skipUnchanged: boolean
  /** Absent where the agent says. */
  readonly writes?: WriteMode
  readonly tags: readonly string[]
  readonly metadata: Readonly<Record<string, string>>
  /** `null` for that of the tenant. */
  readonly retainMs: number | null
  readonly callbackUrl: string | null
}

export interface CreateBatchCommand {
  readonly tenantId: string
  readonly by: Actor
  readonly agent: string
  readonly options: BatchOptions
  /** Those of the same request, which its repeat must agree with; `null` for none. */
  readonly items: JsonValue
  readonly idempotencyKey: string | null
}

/** A batch, and how far its items have come. */
export interface BatchState {
  readonly batch: Batch
  readonly totals: BatchTotals
}

/** Requests change a batch and never delete it. */
export type BatchIntake = Omit<RecordStore<Batch>, 'remove'>

export interface BatchesDeps {
  readonly batches: BatchIntake
  readonly items: Pick<BatchItemIntake, 'open' | 'totals' | 'control'>
  readonly agents: AgentRegistry
  /** Whether nothing else keeps the limit of an agent. Then it bounds the window of each of its batches. */
  readonly boundsWindows: boolean
  readonly models: Pick<Models, 'check'>
  readonly defaultModel: string
  readonly tenants: TenantPolicies
  readonly callbacks: Pick<CallbackSender, 'problemWith'>
  readonly clock: Clock
  readonly ids: IdGenerator
  readonly hasher: Hasher
  readonly derivedIds: Pick<DerivedIds, 'make'>
}

/** Creates batches, and does with them what callers want. Every command may be repeated. */
export class Batches {
  readonly #deps: BatchesDeps

  constructor(deps: BatchesDeps) {
    this.#deps = deps
  }

  /** @throws {UnknownAgentError} {ModelNotConfiguredError} {CallbackRefusedError} {IdempotencyKeyReusedError} */
  async create(command: CreateBatchCommand): Promise<BatchState & { readonly created: boolean }> {
    const { batches, agents, models, defaultModel, tenants, callbacks } = this.#deps
    const { tenantId, options } = command
    const policy = tenants.get(tenantId)
    models.check(agents.only(policy.agents).get(command.agent).model ?? defaultModel)
    if (options.callbackUrl !== null) {
      checkCallback(options.callbackUrl, { callbacks, secrets: policy.callbackSecrets })
    }
    const identity = await this.#identity(command)
    const maxConcurrency = this.#windowOf(command)
    const { record: batch, created } = await batches.create({ ...this.#newBatch(command, identity), maxConcurrency })
    if (batch.fingerprint !== identity.fingerprint) throw new IdempotencyKeyReusedError()
    return { ...(await this.#controlled(batch)), created }
  }

  /** @throws {BatchNotFoundError} */
  async get({ tenantId, batchId }: BatchKey): Promise<BatchState> {
    const batch = await this.#deps.batches.get(tenantId, batchId)
    if (!batch || isBeingDeleted(batch)) throw new BatchNotFoundError(batchId)
    const totals = await this.#deps.items.totals(batchId)
    // The process that created it may have died before it made the place for its items.
    return totals ? { batch, totals } : this.#controlled(batch)
  }

  /** No more items. @throws {BatchNotFoundError} */
  close(command: BatchCommand): Promise<BatchState> {
    return this.#change(command, (batch, said) => (batch.closed ? null : { closed: said }))
  }

  /** No more items become jobs; those that are jobs go on. @throws {BatchNotFoundError} {BatchFinishedError} */
  pause(command: BatchCommand): Promise<BatchState> {
    return this.#change(command, (batch, said) => {
      refuseFinished(batch, 'pause')
      return batch.paused ? null : { paused: said }
    })
  }

  /** @throws {BatchNotFoundError} {BatchFinishedError} */
  resume(command: BatchCommand): Promise<BatchState> {
    return this.#change(command, (batch) => {
      refuseFinished(batch, 'resume')
      return batch.paused ? { paused: null } : null
    })
  }

  /** Its jobs are canceled, and its other items never become jobs. @throws {BatchNotFoundError} {BatchFinishedError} */
  cancel(command: BatchCommand): Promise<BatchState> {
    return this.#change(command, (batch, said) => {
      if (batch.canceled) return null
      refuseFinished(batch, 'cancel')
      return { canceled: said, paused: null, checkedTo: 0 }
    })
  }

  /** @throws {BatchNotFoundError} {BatchNotFinishedError} {NothingToRetryError} {BatchFinishedError} for a canceled batch. */
  async retryFailed(command: BatchCommand): Promise<BatchState> {
    const { batch: known, totals } = await this.get(command)
    refuseRetry(known, this.#deps.clock.now())
    // Of a finished batch, nothing changes them.
    if (retryableOf(known, totals) === 0) throw new NothingToRetryError(known.id, totals.counts.failed)
    return this.#change(command, (batch, { at }) => {
      refuseRetry(batch, at)
      return { round: batch.round + 1, isRetrying: true, finishedAt: null, stoppedAt: null, samples: [] }
    })
  }

  async #change(
    { tenantId, batchId, by }: BatchCommand,
    decide: (batch: Batch, said: { readonly at: number; readonly by: Actor }) => Partial<Batch> | null,
  ): Promise<BatchState> {
    const { batches, clock } = this.#deps
    const changed = await updateRecord({ records: batches, clock }, batchId, (batch) => {
      if (batch.tenantId !== tenantId || isBeingDeleted(batch)) throw new BatchNotFoundError(batchId)
      const at = clock.now()
      const changes = decide(batch, { at, by })
      return changes && { ...changes, wakeAt: at }
    })
    if (!changed) throw new BatchNotFoundError(batchId)
    return this.#controlled(changed)
  }

  /** What the items must know of the batch is written also where it seems to be known: an older control may be on its way. */
  async #controlled(batch: Batch): Promise<BatchState> {
    const { items } = this.#deps
    const { id, tenantId, createdAt, finishedAt } = batch
    // A finished one has had its place, and loses it only with the batch.
    if (finishedAt === null) await items.open({ id, tenantId, at: createdAt })
    await items.control(id, controlOf(batch))
    const totals = await items.totals(id)
    if (!totals) throw new BatchNotFoundError(id)
    return { batch, totals }
  }

  #windowOf({ agent, options: { maxConcurrency } }: CreateBatchCommand): number {
    const { agents, boundsWindows } = this.#deps
    return boundsWindows ? Math.min(maxConcurrency, agents.get(agent).maxConcurrency ?? Infinity) : maxConcurrency
  }

  #newBatch({ tenantId, by, agent, options }: CreateBatchCommand, identity: Identity): Batch {
    const { clock, tenants } = this.#deps
    const now = clock.now()
    return {
      ...identity,
      ...options,
      retainMs: options.retainMs ?? tenants.get(tenantId).retainMs,
      tenantId,
      agent,
      closed: null,
      paused: null,
      canceled: null,
      stoppedAt: null,
      round: 0,
      isRetrying: false,
      finishedAt: null,
      checkedTo: 0,
      samples: [],
      deliveries: [],
      wakeAt: now,
      createdAt: now,
      createdBy: by,
      updatedAt: now,
      version: 1,
    }
  }

  async #identity({ tenantId, agent, options, items, idempotencyKey }: CreateBatchCommand): Promise<Identity> {
    const { ids, hasher, derivedIds } = this.#deps
    if (idempotencyKey === null) return { id: ids.newId(BATCH.prefix), fingerprint: null }
    const request = canonicalJson({ agent, items, options: options as unknown as JsonValue })
    const id = await derivedIds.make(BATCH.prefix, tenantId, idempotencyKey)
    return { id, fingerprint: await hasher.sha256(request) }
  }
}

interface Identity {
  readonly id: string
  readonly fingerprint: string | null
}

function refuseRetry(batch: Batch, now: number): void {
  if (isExpired(batch, now)) throw new BatchNotFoundError(batch.id)
  if (batch.canceled) throw new BatchFinishedError(batch.id, 'canceled', 'retry the failed items of')
  if (!mayRetry(batch)) throw new BatchNotFinishedError(batch.id, statusOf(batch))
}

function refuseFinished(batch: Batch, action: string): void {
  if (batch.finishedAt !== null || batch.canceled || batch.stoppedAt !== null) {
    throw new BatchFinishedError(batch.id, statusOf(batch), action)
  }
}
