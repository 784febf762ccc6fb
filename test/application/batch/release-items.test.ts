import { afterEach, beforeEach, expect, test } from 'vitest'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { SqlBatchItems } from '#adapters/sql/batch-items.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { ReleaseItems, type Released } from '#application/batch/release-items.ts'
import type { SubmitJobCommand } from '#application/job/submit-job.ts'
import { SCHEMAS } from '#composition/node/schemas.ts'
import type { Batch } from '#domain/batch/batch.ts'
import { QueueFullError } from '#domain/job/errors.ts'
import { StorageUnavailableError } from '#domain/storage/errors.ts'
import { BATCH, counts, filled, items, lines } from '#test/contracts/batch-scene.ts'
import { T0, TILL, submitted } from '#test/support/fixtures.ts'
import { silentLogger } from '#test/support/silent-logger.ts'

let db: SqliteDatabase
let stored: SqlBatchItems

beforeEach(async () => {
  db = new SqliteDatabase(':memory:')
  await migrate(db, ...SCHEMAS)
  stored = new SqlBatchItems(db)
  await filled(stored, items(4), 4)
})

afterEach(() => db.close())

/** Releases four items, two at once. The first item's submission always fails with this error. */
async function released(error: Error): Promise<{ readonly tries: readonly number[]; readonly released: Released }> {
  const tries: number[] = []
  const execute = ({ options }: SubmitJobCommand) => {
    const line = options?.item?.line ?? 0
    tries.push(line)
    return line === 1 ? Promise.reject(error) : Promise.resolve({ job: submitted().job, created: true })
  }
  const release = new ReleaseItems({
    items: stored,
    submitJob: { execute },
    jobs: { get: () => Promise.resolve(null) },
    derivedIds: { make: (_prefix, _tenantId, key) => Promise.resolve(key) },
    clock: new ManualClock(T0),
    pace: { atOnce: 2, slice: 4, mostSlices: 2 },
    logger: silentLogger,
  })
  const batch = { ...BATCH, agent: 'writer', createdBy: TILL, tags: [], metadata: {}, retainMs: 0 } as unknown as Batch
  return { released: await release.execute(batch), tries }
}

test.each([new StorageUnavailableError(null), new TypeError('A bug.')])(
  'an item that may be a job stays running, and is tried twice: %s',
  async (error) => {
    const { tries, released: result } = await released(error)
    expect(tries).toEqual([1, 2, 1])
    expect(result).toEqual({ heldMs: 5000, hasMore: true })
    expect(await lines(stored, 'running')).toEqual([1, 2])
    expect(await lines(stored, 'pending')).toEqual([3, 4])
  },
)

test('an item that a full queue refuses is pending again', async () => {
  const { tries, released: result } = await released(new QueueFullError(10, 1000))
  expect([tries, result]).toEqual([[1, 2], { heldMs: 1000, hasMore: true }])
  expect(await lines(stored, 'pending')).toEqual([1, 3, 4])
  expect(await counts(stored)).toEqual({ pending: 3, running: 1 })
})
