import { WakeRecord } from '#application/record/wake-record.ts'
import type { RecordWork } from '#composition/node/storage.ts'
import type { Clock } from '#ports/clock.ts'
import type { RecordStore } from '#ports/record-store.ts'
import { COUNTER, type Counter, step } from './counter.ts'

export interface Counting extends RecordWork {
  /** The steps that were made, in their order. */
  readonly made: readonly string[]
  /** The next step that is to be made fails so often. */
  fail(times: number): void
}

/** What an engine is given for counters. */
export function counting(records: RecordStore<Counter>, clock: Clock, places = 4): Counting {
  const made: string[] = []
  let failures = 0
  const make = (key: string): Promise<void> => {
    if (failures-- > 0) return Promise.reject(new Error('The queue is full.'))
    made.push(key)
    return Promise.resolve()
  }
  const woken = new WakeRecord({ kind: COUNTER, records, clock, wake: (record) => step(record, make) })
  return {
    kind: COUNTER.name,
    places,
    execute: (id) => woken.execute(id),
    made,
    fail: (times) => {
      failures = times
    },
  }
}
