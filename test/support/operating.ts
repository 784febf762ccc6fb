import { RunOperation, type RunOperationDeps } from '#application/operation/run-operation.ts'
import { WakeRecord } from '#application/record/wake-record.ts'
import { OPERATION, type Operation } from '#domain/operation/operation.ts'
import type { RecordStore } from '#ports/record-store.ts'

/** Carries out a bulk operation to its end. */
export function operating(records: RecordStore<Operation>, deps: RunOperationDeps): (id: string) => Promise<void> {
  const runOperation = new RunOperation(deps)
  const wake = (operation: Operation) => runOperation.execute(operation)
  const woken = new WakeRecord({ kind: OPERATION, records, clock: deps.clock, wake })
  return async (id) => {
    while ((await records.load(id))?.status === 'running') await woken.execute(id)
  }
}
