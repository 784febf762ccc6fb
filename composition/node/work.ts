import { RunBatch } from '#application/batch/run-batch.ts'
import { CancelJob } from '#application/job/cancel-job.ts'
import { DeleteJob } from '#application/job/delete-job.ts'
import { DeliverCallbacks } from '#application/callback/deliver-callbacks.ts'
import { ExecuteJob } from '#application/execution/execute-job.ts'
import { ResolveCall } from '#application/job/resolve-call.ts'
import { RetryJob } from '#application/job/retry-job.ts'
import { RunOperation } from '#application/operation/run-operation.ts'
import { WakeRecord, type WakeRecordDeps } from '#application/record/wake-record.ts'
import { FireSchedule } from '#application/schedule/fire-schedule.ts'
import { endOfWindow } from '#application/schedule/limit-fires.ts'
import { BATCH } from '#domain/batch/batch.ts'
import { LIMIT_WINDOW } from '#domain/schedule/limit-window.ts'
import { SCHEDULE } from '#domain/schedule/schedule.ts'
import { WakeWebhookLog } from '#application/webhook/wake-webhook-log.ts'
import { OPERATION } from '#domain/operation/operation.ts'
import type { Stored } from '#domain/record/kind.ts'
import { DecideProposal } from '#application/write/decide-proposal.ts'
import { CarryOutWrites } from '#application/write/carry-out-writes.ts'
import { WEBHOOK_LOG } from '#domain/webhook/log.ts'
import type { RecordWork, Work } from './storage.ts'
import * as t from '../tokens.ts'
import type { DependencyContainer } from '../tsyringe.ts'

/** How many records of each kind are woken at once in this process. */
const PLACES = {
  operations: 4,
  schedules: 16,
  /** Windows of limits that are over: each is a deletion. */
  limits: 4,
  webhookLogs: 2,
  /** A receiver of their callbacks may be slow. */
  batches: 16,
}

/** The use-cases that an engine drives. */
export function workOf(container: DependencyContainer): Work {
  const executeJob = container.resolve(ExecuteJob)
  const deliverCallbacks = container.resolve(DeliverCallbacks)
  const deleteJob = container.resolve(DeleteJob)
  const carryOutWrites = container.resolve(CarryOutWrites)
  return {
    run: (jobId, signal) => executeJob.execute(jobId, signal),
    deliver: (jobId, signal) => deliverCallbacks.execute(jobId, signal),
    write: (jobId, signal) => carryOutWrites.execute(jobId, signal),
    expire: (jobId) => deleteJob.expire(jobId),
    records: recordsOf(container),
    isLeftBehind: (jobId) => executeJob.isLeftBehind(jobId),
    observeLeases: (leases) => executeJob.observeLeases(leases),
    stopIfCanceled: (jobId) => executeJob.stopIfCanceled(jobId),
  }
}

function recordsOf(container: DependencyContainer): readonly RecordWork[] {
  const clock = container.resolve(t.CLOCK)
  const runOperation = new RunOperation({
    index: container.resolve(t.JOB_INDEX),
    cancelJob: container.resolve(CancelJob),
    retryJob: container.resolve(RetryJob),
    resolveCall: container.resolve(ResolveCall),
    deleteJob: container.resolve(DeleteJob),
    proposals: container.resolve(t.PROPOSAL_INDEX),
    decideProposal: container.resolve(DecideProposal),
    clock,
  })
  const fireSchedule = container.resolve(FireSchedule)
  const wakeWebhookLog = container.resolve(WakeWebhookLog)
  const runBatch = container.resolve(RunBatch)
  return [
    recordWork(PLACES.operations, {
      kind: OPERATION,
      records: container.resolve(t.OPERATION_STORE),
      clock,
      wake: (operation) => runOperation.execute(operation),
    }),
    recordWork(PLACES.schedules, {
      kind: SCHEDULE,
      records: container.resolve(t.SCHEDULE_STORE),
      clock,
      wake: (schedule, keep) => fireSchedule.execute(schedule, keep),
    }),
    recordWork(PLACES.limits, {
      kind: LIMIT_WINDOW,
      records: container.resolve(t.LIMIT_STORE),
      clock,
      wake: endOfWindow,
    }),
    recordWork(PLACES.webhookLogs, {
      kind: WEBHOOK_LOG,
      records: container.resolve(t.WEBHOOK_LOG_RECORDS),
      clock,
      wake: (log) => wakeWebhookLog.execute(log),
    }),
    recordWork(PLACES.batches, {
      kind: BATCH,
      records: container.resolve(t.BATCHES),
      clock,
      wake: (batch, keep) => runBatch.execute(batch, keep),
    }),
  ]
}

function recordWork<T extends Stored>(places: number, deps: WakeRecordDeps<T>): RecordWork {
  const woken = new WakeRecord(deps)
  return { kind: deps.kind.name, places, execute: (id) => woken.execute(id) }
}
