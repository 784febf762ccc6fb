import { batchCallbackBody } from '#adapters/http/wire/batch-views.ts'
import { Batches } from '#application/batch/batches.ts'
import { CheckItems } from '#application/batch/check-items.ts'
import { DeliverBatchCallbacks } from '#application/batch/deliver-batch-callbacks.ts'
import { EndItem } from '#application/batch/end-item.ts'
import { LineLimit } from '#application/batch/line-limit.ts'
import { ListBatches } from '#application/batch/list-batches.ts'
import { MoveBatchOn } from '#application/batch/move-batch-on.ts'
import { ReadItems } from '#application/batch/read-items.ts'
import { RedeliverBatchCallback } from '#application/batch/redeliver-batch-callback.ts'
import { ReleaseItems } from '#application/batch/release-items.ts'
import { RunBatch } from '#application/batch/run-batch.ts'
import { UploadItems } from '#application/batch/upload-items.ts'
import { DerivedIds } from '#application/job/derived-ids.ts'
import { SubmitJob } from '#application/job/submit-job.ts'
import type { Register } from './register.ts'
import * as t from './tokens.ts'
import type { DependencyContainer } from './tsyringe.ts'

/**
 * What is done where batches are stored. A root registers `BATCHES`, `BATCH_ITEMS`, `RELEASE_PACE`, `CANCEL_JOB`,
 * `ALONE_SINCE` and `MOVE_ON` for it.
 */
export function addBatches(use: Register): void {
  use(
    ReleaseItems,
    (c) =>
      new ReleaseItems({
        ...stored(c),
        submitJob: c.resolve(SubmitJob),
        jobs: c.resolve(t.JOB_INTAKE),
        pace: c.resolve(t.RELEASE_PACE),
      }),
  )
  use(
    CheckItems,
    (c) =>
      new CheckItems({
        ...stored(c),
        jobs: c.resolve(t.JOB_INTAKE),
        cancelJob: c.resolve(t.CANCEL_JOB),
        releaseItems: c.resolve(ReleaseItems),
        aloneSince: c.resolve(t.ALONE_SINCE),
      }),
  )
  use(MoveBatchOn, (c) => new MoveBatchOn({ ...stored(c), releaseItems: c.resolve(ReleaseItems) }))
  use(
    DeliverBatchCallbacks,
    (c) =>
      new DeliverBatchCallbacks({
        ...stored(c),
        index: c.resolve(t.BATCH_INDEX),
        sender: c.resolve(t.CALLBACK_SENDER),
        tenants: c.resolve(t.TENANTS),
        render: batchCallbackBody,
        random: c.resolve(t.RANDOM),
      }),
  )
  use(
    RunBatch,
    (c) =>
      new RunBatch({
        ...stored(c),
        releaseItems: c.resolve(ReleaseItems),
        checkItems: c.resolve(CheckItems),
        deliver: c.resolve(DeliverBatchCallbacks),
      }),
  )
}

/** What requests do. A root registers `BATCH_INTAKE`, `BATCH_ITEM_INTAKE`, `BATCH_RESULTS`, `BATCH_INDEX` and `BOUNDS_WINDOWS` for it. */
export function addBatchRequests(use: Register): void {
  use(
    Batches,
    (c) =>
      new Batches({
        ...asked(c),
        agents: c.resolve(t.AGENTS),
        boundsWindows: c.resolve(t.BOUNDS_WINDOWS),
        models: c.resolve(t.MODELS),
        defaultModel: c.resolve(t.DEFAULT_MODEL),
        tenants: c.resolve(t.TENANTS),
        callbacks: c.resolve(t.CALLBACK_SENDER),
        ids: c.resolve(t.IDS),
        hasher: c.resolve(t.HASHER),
      }),
  )
  use(LineLimit, (c) => new LineLimit({ ...shared(c), index: c.resolve(t.BATCH_INDEX), tenants: c.resolve(t.TENANTS) }))
  use(
    UploadItems,
    (c) =>
      new UploadItems({
        ...asked(c),
        agents: c.resolve(t.AGENTS),
        hasher: c.resolve(t.HASHER),
        limit: c.resolve(LineLimit),
        moveOn: c.resolve(t.MOVE_ON),
      }),
  )
  use(EndItem, (c) => new EndItem({ ...asked(c), moveOn: c.resolve(t.MOVE_ON) }))
  use(ReadItems, (c) => new ReadItems({ ...asked(c), jobs: c.resolve(t.JOB_INTAKE) }))
  use(RedeliverBatchCallback, (c) => new RedeliverBatchCallback(asked(c)))
  use(ListBatches, (c) => new ListBatches({ ...asked(c), index: c.resolve(t.BATCH_INDEX) }))
}

function asked(c: DependencyContainer) {
  return { ...shared(c), batches: c.resolve(t.BATCH_INTAKE), items: c.resolve(t.BATCH_ITEM_INTAKE) }
}

function stored(c: DependencyContainer) {
  return { ...shared(c), batches: c.resolve(t.BATCHES), items: c.resolve(t.BATCH_ITEMS) }
}

function shared(c: DependencyContainer) {
  return { derivedIds: c.resolve(DerivedIds), clock: c.resolve(t.CLOCK), logger: c.resolve(t.LOGGER) }
}
