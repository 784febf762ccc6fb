import { afterEach, beforeEach, expect, test } from 'vitest'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { SqlBatchItems } from '#adapters/sql/batch-items.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { CheckItems } from '#application/batch/check-items.ts'
import { SCHEMAS } from '#composition/node/schemas.ts'
import type { Batch } from '#domain/batch/batch.ts'
import { type BatchItem, NO_USE } from '#domain/batch/item.ts'
import { T0, TILL } from '#test/support/fixtures.ts'

const MINUTE = 60_000
const BATCH = { id: 'bat_1', tenantId: 'acme', checkedTo: 0, canceled: null, stoppedAt: null } as Batch
const ITEM = {
  status: 'pending',
  key: null,
  input: 1,
  metadata: {},
  contentKey: null,
  problem: null,
  doneBy: null,
} as const

let db: SqliteDatabase
let items: SqlBatchItems

beforeEach(async () => {
  db = new SqliteDatabase(':memory:')
  items = new SqlBatchItems(db)
  await migrate(db, ...SCHEMAS)
  await items.open({ id: BATCH.id, tenantId: 'acme', at: T0 })
  await items.control(BATCH.id, { isClosed: false, window: 2, version: 1 })
  await items.append({ batchId: BATCH.id, tenantId: 'acme', from: 0, items: [ITEM, ITEM], at: T0 })
  await items.take({ batchId: BATCH.id, most: 2, at: T0 })
})

afterEach(() => db.close())

const NOTHING = (): Promise<void> => Promise.resolve()

/** A check that finds no job. What it submits goes to `lines`; `meanwhile` happens before. */
function checking({ at = T0 + MINUTE, lines = [] as number[], meanwhile = NOTHING }): CheckItems {
  return new CheckItems({
    items,
    jobs: { get: () => meanwhile().then(() => null) },
    cancelJob: { execute: () => Promise.reject(new Error('No batch is canceled.')) },
    releaseItems: {
      submit: (_batch: Batch, taken: readonly BatchItem[]) => {
        lines.push(...taken.map(({ line }) => line))
        return Promise.resolve(null)
      },
    },
    derivedIds: { make: (prefix, ...parts) => Promise.resolve([prefix, ...parts].join(' ')) },
    clock: new ManualClock(at),
    aloneSince: null,
  })
}

/** The lines that a check submits again, of two that have been running for a minute. */
async function submittedAgain(meanwhile: () => Promise<void>): Promise<readonly number[]> {
  const lines: number[] = []
  await checking({ lines, meanwhile }).execute(BATCH)
  return lines
}

test('a check submits items that a dead process has taken', async () => {
  expect(await submittedAgain(NOTHING)).toEqual([1, 2])
})

test('a check does not submit an item whose job ended and was deleted in the middle of the check', async () => {
  const end = {
    line: 1,
    round: 0,
    status: 'completed',
    stopReason: 'finished',
    problem: null,
    at: T0,
    ...NO_USE,
  } as const
  expect(await submittedAgain(() => items.end(BATCH.id, [end]))).toEqual([2])
})

test('an item of a canceled batch whose submission may be under way is given back only when no job can come any more', async () => {
  const canceled = { ...BATCH, canceled: { at: T0, by: TILL } }
  const counts = async () => (await items.totals(BATCH.id))?.counts
  expect(await checking({ at: T0 + 1 }).execute(canceled)).toEqual({ to: 0, againMs: 1000 })
  expect(await counts()).toMatchObject({ running: 2 })
  expect(await checking({}).execute(canceled)).toEqual({ to: 0, againMs: null })
  expect(await counts()).toMatchObject({ running: 0, pending: 2 })
})
