import { MemoryJobStore } from '#adapters/testing/job-store.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { WebHasher } from '#adapters/web/hasher.ts'
import { BulkOperations, type StartOperationCommand } from '#application/operation/bulk-operations.ts'
import { CancelJob } from '#application/job/cancel-job.ts'
import { RunOperation } from '#application/operation/run-operation.ts'
import { NO_OPTIONS } from '#domain/job/options.ts'
import type { BulkOperation, OperationStore } from '#ports/operation-store.ts'
import { T0, submitted } from '#test/support/fixtures.ts'
import { RecordingWaker } from '#test/support/recording-waker.ts'
import { DESK } from './sample-job.ts'

export interface OperationSample {
  readonly name: string
  readonly record: BulkOperation
}

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
]

/** Operations of each action, and one in each of its states, as they are stored. The same every time. */
export async function makeOperations(): Promise<readonly OperationSample[]> {
  const clock = new ManualClock(T0)
  const index = new MemoryJobStore(new RecordingWaker())
  const { job, event } = submitted({ jobId: 'job_queued', runId: 'run_queued', options: { ...NO_OPTIONS, tags: ['autumn'] } })
  await index.create(job, event)
  const states: BulkOperation[] = []
  const operations = remembering(states)
  const hasher = new WebHasher()
  let made = 0
  const ids = { newId: () => `op_${String(++made)}` }
  const derivedIds = { make: () => Promise.resolve('op_derived') }
  const bulk = new BulkOperations({ operations, index, clock, ids, hasher, derivedIds })
  for (const command of COMMANDS) await bulk.start({ tenantId: 'acme', by: DESK, ...command })
  const cancelJob = new CancelJob({ jobs: index, clock, executions: { interrupt: () => undefined } })
  const other = { execute: () => Promise.reject(new Error('It is not asked for.')) }
  const run = new RunOperation({ operations, index, cancelJob, retryJob: other, resolveCall: other, clock })
  while (await run.execute('op_1'));
  return states.map((record) => ({ name: `${record.action} ${record.id}, version ${String(record.version)}`, record }))
}

/** Keeps every state that was stored. */
function remembering(states: BulkOperation[]): OperationStore {
  const store = (operation: BulkOperation): Promise<void> => {
    states.push(JSON.parse(JSON.stringify(operation)) as BulkOperation)
    return Promise.resolve()
  }
  const load = (id: string): Promise<BulkOperation | null> => Promise.resolve(states.findLast((state) => state.id === id) ?? null)
  return {
    create: async (operation) => {
      await store(operation)
      return { operation, created: true }
    },
    get: (_tenantId, id) => load(id),
    load,
    save: store,
    unfinished: () => Promise.resolve([]),
  }
}
