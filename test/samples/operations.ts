import { WRITE_STATUSES } from '#domain/write/write.ts'
import type { ProposalCounts } from '#ports/proposal-index.ts'
import { MemoryJobStore } from '#adapters/testing/job-store.ts'
import { MemoryRecords } from '#adapters/testing/record-store.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { WebHasher } from '#adapters/web/hasher.ts'
import { BulkOperations, type StartOperationCommand } from '#application/operation/bulk-operations.ts'
import { CancelJob } from '#application/job/cancel-job.ts'
import { RunOperation } from '#application/operation/run-operation.ts'
import { NO_OPTIONS } from '#domain/job/options.ts'
import { WakeRecord } from '#application/record/wake-record.ts'
import { OPERATION, type Operation } from '#domain/operation/operation.ts'
import type { RecordStore } from '#ports/record-store.ts'
import { T0, submitted } from '#test/support/fixtures.ts'
import { RecordingWaker } from '#test/support/recording-waker.ts'
import { DESK } from './sample-job.ts'
import { NO_DECISIONS } from '#test/support/no-proposals.ts'

export interface OperationSample {
  readonly name: string
  readonly format: number
  readonly record: Operation
}

const COUNTS = Object.fromEntries(
  WRITE_STATUSES.map((status) => [status, { total: 0, ready: status === 'proposed' ? 3 : 0 }]),
) as ProposalCounts

const COMMANDS: readonly Pick<StartOperationCommand, 'action' | 'resolve' | 'filter' | 'idempotencyKey'>[] = [
  { action: 'cancel', resolve: null, filter: { tag: 'autumn', createdAfter: 1 }, idempotencyKey: null },
  { action: 'retry', resolve: null, filter: { statuses: ['failed'], agent: 'writer' }, idempotencyKey: 'k' },
  {
    action: 'resolve',
    resolve: { tool: 'send', resolution: { outcome: 'happened', result: { sent: true } } },
    filter: { batch: 'catalogue' },
    idempotencyKey: null,
  },
  { action: 'resolve', resolve: { tool: null, resolution: { outcome: 'fail' } }, filter: {}, idempotencyKey: null },
  { action: 'delete', resolve: null, filter: { batch: 'catalogue' }, idempotencyKey: null },
]

/** Operations of each action, and one in each of its states, as they are stored. The same every time. */
export async function makeOperations(): Promise<readonly OperationSample[]> {
  const clock = new ManualClock(T0)
  const index = new MemoryJobStore(new RecordingWaker())
  const { job, event } = submitted({
    jobId: 'job_queued',
    runId: 'run_queued',
    options: { ...NO_OPTIONS, tags: ['autumn'] },
  })
  await index.create(job, event)
  const states: Operation[] = []
  const operations = remembering(states)
  const hasher = new WebHasher()
  let made = 0
  const ids = { newId: () => `op_${String(++made)}` }
  const derivedIds = { make: () => Promise.resolve('op_derived') }
  const bulk = new BulkOperations({
    operations,
    index,
    proposals: { count: () => Promise.resolve(COUNTS) },
    clock,
    ids,
    hasher,
    derivedIds,
  })
  for (const command of COMMANDS) await bulk.start({ tenantId: 'acme', by: DESK, ...command })
  const cancelJob = new CancelJob({ jobs: index, clock, executions: { interrupt: () => undefined } })
  const other = { execute: () => Promise.reject(new Error('It is not asked for.')) }
  const run = new RunOperation({
    index,
    cancelJob,
    retryJob: other,
    resolveCall: other,
    deleteJob: other,
    ...NO_DECISIONS,
    clock,
  })
  const wake = (operation: Operation) => run.execute(operation)
  const woken = new WakeRecord({ kind: OPERATION, records: operations, clock, wake })
  while ((await operations.load('op_1'))?.status === 'running') await woken.execute('op_1')
  return states.map((record) => ({
    name: `${record.action} ${record.id}, version ${String(record.version)}`,
    format: OPERATION.format,
    record,
  }))
}

/** Keeps every state that was stored. */
function remembering(states: Operation[]): RecordStore<Operation> {
  const operations = new MemoryRecords(new RecordingWaker()).of(OPERATION)
  const note = (operation: Operation): void => {
    states.push(JSON.parse(JSON.stringify(operation)) as Operation)
  }
  return {
    ...operations,
    create: (operation) => {
      note(operation)
      return operations.create(operation)
    },
    save: (operation) => {
      note(operation)
      return operations.save(operation)
    },
  }
}
