import { CancelJob } from '#application/job/cancel-job.ts'
import { DeleteJob } from '#application/job/delete-job.ts'
import { DeliverCallbacks } from '#application/callback/deliver-callbacks.ts'
import { ExecuteJob } from '#application/execution/execute-job.ts'
import { ResolveCall } from '#application/job/resolve-call.ts'
import { RetryJob } from '#application/job/retry-job.ts'
import { RunOperation } from '#application/operation/run-operation.ts'
import { WakeRecord } from '#application/record/wake-record.ts'
import { OPERATION } from '#domain/operation/operation.ts'
import type { RecordWork, Work } from './storage.ts'
import * as t from '../tokens.ts'
import type { DependencyContainer } from '../tsyringe.ts'

/** Bulk operations that have a slice under way at once. */
const MOST_OPERATIONS = 4

/** The use-cases that an engine drives. */
export function workOf(container: DependencyContainer): Work {
  const executeJob = container.resolve(ExecuteJob)
  const deliverCallbacks = container.resolve(DeliverCallbacks)
  const deleteJob = container.resolve(DeleteJob)
  return {
    run: (jobId, signal) => executeJob.execute(jobId, signal),
    deliver: (jobId, signal) => deliverCallbacks.execute(jobId, signal),
    expire: (jobId) => deleteJob.expire(jobId),
    records: [operations(container)],
    isLeftBehind: (jobId) => executeJob.isLeftBehind(jobId),
    observeLeases: (leases) => executeJob.observeLeases(leases),
    stopIfCanceled: (jobId) => executeJob.stopIfCanceled(jobId),
  }
}

function operations(container: DependencyContainer): RecordWork {
  const clock = container.resolve(t.CLOCK)
  const runOperation = new RunOperation({
    index: container.resolve(t.JOB_INDEX),
    cancelJob: container.resolve(CancelJob),
    retryJob: container.resolve(RetryJob),
    resolveCall: container.resolve(ResolveCall),
    clock,
  })
  const records = container.resolve(t.OPERATION_STORE)
  const woken = new WakeRecord({
    kind: OPERATION,
    records,
    clock,
    wake: (operation) => runOperation.execute(operation),
  })
  return { kind: OPERATION.name, places: MOST_OPERATIONS, execute: (id) => woken.execute(id) }
}
