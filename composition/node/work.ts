import { CancelJob } from '#application/job/cancel-job.ts'
import { DeleteJob } from '#application/job/delete-job.ts'
import { DeliverCallbacks } from '#application/callback/deliver-callbacks.ts'
import { ExecuteJob } from '#application/execution/execute-job.ts'
import { ResolveCall } from '#application/job/resolve-call.ts'
import { RetryJob } from '#application/job/retry-job.ts'
import { RunOperation } from '#application/operation/run-operation.ts'
import type { Work } from './storage.ts'
import * as t from '../tokens.ts'
import type { DependencyContainer } from '../tsyringe.ts'

/** The use-cases that an engine drives. */
export function workOf(container: DependencyContainer): Work {
  const executeJob = container.resolve(ExecuteJob)
  const deliverCallbacks = container.resolve(DeliverCallbacks)
  const deleteJob = container.resolve(DeleteJob)
  const runOperation = new RunOperation({
    operations: container.resolve(t.OPERATION_STORE),
    index: container.resolve(t.JOB_INDEX),
    cancelJob: container.resolve(CancelJob),
    retryJob: container.resolve(RetryJob),
    resolveCall: container.resolve(ResolveCall),
    clock: container.resolve(t.CLOCK),
  })
  return {
    run: (jobId, signal) => executeJob.execute(jobId, signal),
    deliver: (jobId, signal) => deliverCallbacks.execute(jobId, signal),
    expire: (jobId) => deleteJob.expire(jobId),
    operate: (operationId) => runOperation.execute(operationId),
    isLeftBehind: (jobId) => executeJob.isLeftBehind(jobId),
    observeLeases: (leases) => executeJob.observeLeases(leases),
    stopIfCanceled: (jobId) => executeJob.stopIfCanceled(jobId),
  }
}
