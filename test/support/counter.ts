import type { RecordKind, Stored } from '#domain/record/kind.ts'
import { T0 } from './fixtures.ts'

/** What a kind of records costs: this file. It counts to `to`, a step each second, is kept for a minute and ends. */
export interface Counter extends Stored {
  readonly count: number
  readonly to: number
  readonly dueAt: number
}

export const STEP_MS = 1000
export const KEPT_MS = 60_000

export const COUNTER: RecordKind<Counter> = {
  name: 'counter',
  prefix: 'cnt',
  format: 1,
  nextWakeAt: ({ dueAt }) => dueAt,
}

export function counter(fields: Partial<Counter> = {}): Counter {
  return { id: 'cnt_1', tenantId: 'acme', count: 0, to: 3, dueAt: T0 + STEP_MS, updatedAt: T0, version: 1, ...fields }
}

/** One step. `made` learns of it under a key of its own, before the record says so. */
export async function step(record: Counter, made: (key: string) => Promise<void>): Promise<Counter | null> {
  const { id, count, to, dueAt } = record
  if (count === to) return null
  await made(`${id}/${String(count + 1)}`)
  const rest = count + 1 === to ? KEPT_MS : STEP_MS
  return { ...record, count: count + 1, dueAt: dueAt + rest }
}
