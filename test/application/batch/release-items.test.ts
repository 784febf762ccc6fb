import { afterEach, beforeEach, expect, test } from 'vitest'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { SqlBatchItems } from '#adapters/sql/batch-items.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { ReleaseItems, type Released } from '#application/batch/release-items.ts'
import type { SubmitJobCommand } from '#application/job/submit-job.ts'
import { SCHEMAS } from '#composition/node/schemas.ts'
import type { Batch } from '#domain/batch/batch.ts'
import { InvalidInputError, UnknownAgentError } from '#domain/agent/errors.ts'
import type { JobRecord } from '#domain/job/job.ts'
import { NO_OPTIONS } from '#domain/job/options.ts'
import { QueueFullError } from '#domain/job/errors.ts'
import { StorageUnavailableError } from '#domain/storage/errors.ts'
import { BATCH, counts, filled, items, lines } from '#test/contracts/batch-scene.ts'
import { T0, TILL, after, submitted } from '#test/support/fixtures.ts'
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

/** Releases four items, two at once. The submissions of the first items always end so. */
async function released(
  ...ends: readonly (Error | JobRecord)[]
): Promise<{ readonly tries: readonly number[]; readonly released: Released }> {
  const tries: number[] = []
  const execute = ({ options }: SubmitJobCommand) => {
    const line = options?.item?.line ?? 0
    tries.push(line)
    const end = ends[line - 1] ?? submitted().job
    return end instanceof Error ? Promise.reject(end) : Promise.resolve({ job: end, created: true })
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

test('of several refusals the longest wait counts', async () => {
  for (const waits of [
    [1000, 7000],
    [7000, 1000],
  ] as const)
    expect((await released(...waits.map((ms) => new QueueFullError(10, ms)))).released.heldMs).toBe(7000)
})

test('an item of an agent that this server does not know waits for one that does; one that is refused has failed', async () => {
  const { released: result } = await released(new UnknownAgentError('ghost', []), new InvalidInputError('writer', []))
  expect(result).toEqual({ heldMs: 60_000, hasMore: true })
  expect(await lines(stored, 'pending')).toEqual([1, 3, 4])
  expect(await counts(stored)).toEqual({ pending: 3, failed: 1 })
})

test('an item whose job has ended already is counted', async () => {
  const failed = { type: 'job.failed', at: T0, error: { code: 'model_failed', message: 'No.' } } as const
  const { job, state } = submitted({ options: { ...NO_OPTIONS, item: { batchId: BATCH.id, line: 1, round: 0 } } })
  expect(job.status).toBe('queued')
  await released(after(state, [failed]).job)
  expect(await counts(stored)).toEqual({ failed: 1, running: 3 })
})
