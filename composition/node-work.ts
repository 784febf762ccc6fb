import { CancelJob } from '#application/cancel-job.ts'
import { DeleteJob } from '#application/delete-job.ts'
import { DeliverCallbacks } from '#application/deliver-callbacks.ts'
import { ExecuteJob } from '#application/execute-job.ts'
import { ResolveCall } from '#application/resolve-call.ts'
import { RetryJob } from '#application/retry-job.ts'
import { RunOperation } from '#application/run-operation.ts'
import type { Work } from './node-storage.ts'
import * as t from './tokens.ts'
import type { DependencyContainer } from './tsyringe.ts'

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
