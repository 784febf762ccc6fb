import { expect, test } from 'vitest'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { SCHEMAS } from '#composition/node/schemas.ts'
import { StorageUnavailableError } from '#domain/storage/errors.ts'
import { T0 } from '#test/support/fixtures.ts'
import { TENANT, checkDone, uploaded } from './batch-matrix.contract.ts'
import { type BatchWorld, startProcess } from './batch-world.ts'
import { MortalProcess } from './mortal.ts'

const NEVER = new AbortController().signal

/** Commits that are kept, and of which one is not answered: its connection broke right after it. */
class Answers {
  commits = 0
  readonly #lost: number

  constructor(lost: number) {
    this.#lost = lost
  }

  readonly after = async <T>(commit: () => Promise<T>): Promise<T> => {
    const result = await commit()
    if (++this.commits === this.#lost) throw new StorageUnavailableError(new Error('The connection broke.'))
    return result
  }
}

/** Executes jobs and wakes the batch when no job is left. Returns how long (ms) the batch had to wait for its wake. */
async function workedOff(world: BatchWorld, batchId: string): Promise<number> {
  const { index, executeJob, moveBatchOn, records, woken } = startProcess(world)
  const filter = { batch: batchId, statuses: ['queued', 'running', 'waiting'] } as const
  for (let round = 0; round < 60; round++) {
    const { jobs } = await index.list({ tenantId: TENANT, filter, size: 100, after: null })
    for (const { id } of jobs) await executeJob.execute(id, NEVER)
    await moveBatchOn.rest()
    const batch = await records.load(batchId)
    if (batch?.finishedAt) break
    if (jobs.length > 0 || !batch) continue
    await world.clock.advance(Math.max(0, batch.wakeAt - world.clock.now()))
    // An engine wakes it again.
    await woken.execute(batchId).catch(unlessLost)
    await moveBatchOn.rest()
  }
  const waited = world.clock.now() - T0
  await woken.execute(batchId)
  return waited
}

function unlessLost(error: unknown): void {
  if (!(error instanceof StorageUnavailableError)) throw error
}

/** The number of commits of a whole batch. */
async function wholeBatch(lost: number): Promise<number> {
  const db = new SqliteDatabase(':memory:')
  await migrate(db, ...SCHEMAS)
  const world = { db, clock: new ManualClock(T0), process: new MortalProcess([]), received: [] }
  const answers = new Answers(lost)
  const batchId = await uploaded(world)
  const waited = await workedOff({ ...world, answering: answers.after }, batchId)
  const said = `without the answer to commit ${String(lost)}`
  await checkDone(world, batchId, said)
  expect(waited, said).toBe(0)
  await db.close()
  return answers.commits
}

test('a lost answer to any commit of items or jobs does not keep a batch waiting, nor does an item twice', async () => {
  const commits = await wholeBatch(0)
  expect(commits).toBeGreaterThanOrEqual(10)
  for (let lost = 1; lost <= commits; lost++) await wholeBatch(lost)
})
