import { BatchJobStore } from '#adapters/local/batch-job-store.ts'
import { batchCallbackBody } from '#adapters/http/wire/batch-views.ts'
import { SqlBatchIndex } from '#adapters/sql/batch-index.ts'
import { SqlBatchItems } from '#adapters/sql/batch-items.ts'
import type { SqlDatabase } from '#adapters/sql/database.ts'
import { Batches } from '#application/batch/batches.ts'
import { CheckItems } from '#application/batch/check-items.ts'
import { DeliverBatchCallbacks } from '#application/batch/deliver-batch-callbacks.ts'
import { EndItem } from '#application/batch/end-item.ts'
import { LineLimit } from '#application/batch/line-limit.ts'
import { ListBatches } from '#application/batch/list-batches.ts'
import { MoveBatchOn } from '#application/batch/move-batch-on.ts'
import { RedeliverBatchCallback } from '#application/batch/redeliver-batch-callback.ts'
import { ReadItems } from '#application/batch/read-items.ts'
import { ReleaseItems } from '#application/batch/release-items.ts'
import { RunBatch } from '#application/batch/run-batch.ts'
import { UploadItems } from '#application/batch/upload-items.ts'
import type { CancelJob } from '#application/job/cancel-job.ts'
import type { DerivedIds } from '#application/job/derived-ids.ts'
import type { SubmitJob } from '#application/job/submit-job.ts'
import { WakeRecord } from '#application/record/wake-record.ts'
import type { AgentRegistry } from '#domain/agent/registry.ts'
import { BATCH, type Batch } from '#domain/batch/batch.ts'
import type { TenantPolicies } from '#domain/tenant/policy.ts'
import type { BatchItems } from '#ports/batch-items.ts'
import type { CallbackSender } from '#ports/callback-sender.ts'
import type { Clock } from '#ports/clock.ts'
import type { Hasher } from '#ports/hasher.ts'
import type { IdGenerator } from '#ports/id-generator.ts'
import type { JobStore } from '#ports/job-store.ts'
import type { Logger } from '#ports/logger.ts'
import type { Models } from '#ports/model.ts'
import type { Random } from '#ports/random.ts'
import type { RecordStore } from '#ports/record-store.ts'

export interface BatchingDeps {
  readonly db: SqlDatabase
  /** Those of the database unless given. */
  readonly items?: BatchItems
  readonly batchRecords: RecordStore<Batch>
  readonly jobs: JobStore
  readonly submitJob: SubmitJob
  readonly cancelJob: CancelJob
  readonly agents: AgentRegistry
  readonly models: Models
  readonly defaultModel: string
  readonly tenants: TenantPolicies
  readonly sender: CallbackSender
  readonly derivedIds: DerivedIds
  readonly hasher: Hasher
  readonly ids: IdGenerator
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

/** What an engine does with batches. */
export interface BatchDriver {
  /** Carries out the wake of a batch; returns when it is to be woken next. */
  wake(id: string): Promise<number | null>
  /** Returns when the ends of jobs have moved their batches on. */
  rest(): Promise<void>
}

/** Everything of batches, over one database. */
export function batching(deps: BatchingDeps) {
  const { db, batchRecords, clock } = deps
  const items = deps.items ?? new SqlBatchItems(db)
  const all = { ...deps, batches: batchRecords, items, callbacks: deps.sender }
  const releaseItems = new ReleaseItems({ ...all, pace: { atOnce: 50, slice: 50, mostSlices: 20 } })
  const index = new SqlBatchIndex(db)
  const limit = new LineLimit({ ...all, index })
  const readItems = new ReadItems(all)
  const moveBatchOn = new MoveBatchOn({ ...all, releaseItems })
  const moveOn = ({ id }: { readonly id: string }): void => {
    moveBatchOn.start(id)
  }
  const checkItems = new CheckItems({ ...all, releaseItems, aloneSince: null })
  const deliver = new DeliverBatchCallbacks({ ...all, index, render: batchCallbackBody })
  const runBatch = new RunBatch({ ...all, releaseItems, checkItems, deliver })
  const woken = new WakeRecord<Batch>({
    kind: BATCH,
    records: batchRecords,
    clock,
    wake: (batch, keep) => runBatch.execute(batch, keep),
  })
  const driver: BatchDriver = { wake: (id) => woken.execute(id), rest: () => moveBatchOn.rest() }
  return {
    driver,
    items,
    batches: new Batches({ ...all, boundsWindows: false }),
    listBatches: new ListBatches({ ...all, index }),
    uploadItems: new UploadItems({ ...all, limit, moveOn }),
    redeliverBatchCallback: new RedeliverBatchCallback(all),
    readItems,
    itemResults: readItems,
    moveBatchOn,
    endItem: new EndItem({ ...all, moveOn }),
    woken,
  }
}

/** Jobs whose ends are counted in their batches. */
export function counted(jobs: JobStore, endItem: () => EndItem): JobStore {
  return new BatchJobStore(jobs, endItem)
}
