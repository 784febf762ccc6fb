import { RunBatch } from '#application/batch/run-batch.ts'
import { CancelJob } from '#application/job/cancel-job.ts'
import { DeleteJob } from '#application/job/delete-job.ts'
import { DeliverCallbacks } from '#application/callback/deliver-callbacks.ts'
import { ExecuteJob } from '#application/execution/execute-job.ts'
import { ResolveCall } from '#application/job/resolve-call.ts'
import { RetryJob } from '#application/job/retry-job.ts'
import { RunOperation } from '#application/operation/run-operation.ts'
import { WakeRecord } from '#application/record/wake-record.ts'
import { FireSchedule } from '#application/schedule/fire-schedule.ts'
import { endOfWindow } from '#application/schedule/limit-fires.ts'
import { BATCH } from '#domain/batch/batch.ts'
import { LIMIT_WINDOW } from '#domain/schedule/limit-window.ts'
import { SCHEDULE } from '#domain/schedule/schedule.ts'
import { WakeWebhookLog } from '#application/webhook/wake-webhook-log.ts'
import { OPERATION } from '#domain/operation/operation.ts'
import { WEBHOOK_LOG } from '#domain/webhook/log.ts'
import type { RecordWork, Work } from './storage.ts'
import * as t from '../tokens.ts'
import type { DependencyContainer } from '../tsyringe.ts'

/** Bulk operations that have a slice under way at once. */
const MOST_OPERATIONS = 4
/** Logs of webhooks that are looked after at once. */
const MOST_WEBHOOK_LOGS = 2

/** Batches whose wake is under way at once; a receiver of their callbacks may be slow. */
const MOST_BATCHES = 16
/** Schedules that fire at once. */
const MOST_SCHEDULES = 16
/** Windows of limits that are over: each is a deletion. */
const MOST_LIMITS = 4

/** The use-cases that an engine drives. */
export function workOf(container: DependencyContainer): Work {
  const executeJob = container.resolve(ExecuteJob)
  const deliverCallbacks = container.resolve(DeliverCallbacks)
  const deleteJob = container.resolve(DeleteJob)
  return {
    run: (jobId, signal) => executeJob.execute(jobId, signal),
    deliver: (jobId, signal) => deliverCallbacks.execute(jobId, signal),
    expire: (jobId) => deleteJob.expire(jobId),
    records: [
      operations(container),
      schedules(container),
      limits(container),
      webhookLogs(container),
      batches(container),
    ],
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

function schedules(container: DependencyContainer): RecordWork {
  const fireSchedule = container.resolve(FireSchedule)
  const woken = new WakeRecord({
    kind: SCHEDULE,
    records: container.resolve(t.SCHEDULE_STORE),
    clock: container.resolve(t.CLOCK),
    wake: (schedule, keep) => fireSchedule.execute(schedule, keep),
  })
  return { kind: SCHEDULE.name, places: MOST_SCHEDULES, execute: (id) => woken.execute(id) }
}

function limits(container: DependencyContainer): RecordWork {
  const woken = new WakeRecord({
    kind: LIMIT_WINDOW,
    records: container.resolve(t.LIMIT_STORE),
    clock: container.resolve(t.CLOCK),
    wake: endOfWindow,
  })
  return { kind: LIMIT_WINDOW.name, places: MOST_LIMITS, execute: (id) => woken.execute(id) }
}

function webhookLogs(container: DependencyContainer): RecordWork {
  const wakeWebhookLog = container.resolve(WakeWebhookLog)
  const woken = new WakeRecord({
    kind: WEBHOOK_LOG,
    records: container.resolve(t.WEBHOOK_LOG_RECORDS),
    clock: container.resolve(t.CLOCK),
    wake: (record) => wakeWebhookLog.execute(record),
  })
  return { kind: WEBHOOK_LOG.name, places: MOST_WEBHOOK_LOGS, execute: (id) => woken.execute(id) }
}

function batches(container: DependencyContainer): RecordWork {
  const runBatch = container.resolve(RunBatch)
  const woken = new WakeRecord({
    kind: BATCH,
    records: container.resolve(t.BATCHES),
    clock: container.resolve(t.CLOCK),
    wake: (batch) => runBatch.execute(batch),
  })
  return { kind: BATCH.name, places: MOST_BATCHES, execute: (id) => woken.execute(id) }
}
