import { test } from 'vitest'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { SCHEMAS } from '#composition/node/schemas.ts'
import { AppError } from '#domain/app-error.ts'
import { T0 } from '#test/support/fixtures.ts'
import { type Process, TENANT, alive, checkDone, uploaded } from './batch-matrix.contract.ts'
import { type BatchWorld, startProcess } from './batch-world.ts'
import { MortalProcess } from './mortal.ts'
import { SeededRandom } from './random.ts'

const NEVER = new AbortController().signal
const WORLDS = 30
const EXECUTORS = 3
const MOST_ROUNDS = 200
const ROUND_MS = 10_000

/** What each executor does in a round: some jobs, and the wake of the batch if it is due. */
async function step(process: Process, batchId: string, { random, now }: { random: SeededRandom; now: number }) {
  const { index, executeJob, moveBatchOn, records, woken } = process
  const filter = { batch: batchId, statuses: ['queued', 'running', 'waiting'] } as const
  const { jobs } = await index.list({ tenantId: TENANT, filter, size: 100, after: null })
  for (const { id } of jobs.filter(() => random.happens(0.7))) await executeJob.execute(id, NEVER)
  await moveBatchOn.rest()
  const batch = await records.load(batchId)
  if (batch && batch.wakeAt <= now) await woken.execute(batchId)
}

/**
 * A world of chance: several executors at once, each of which dies now and then. Each believes that it is alone, so it
 * also takes jobs over that another is at: only the versions of what is stored keep them apart.
 */
async function simulate(seed: number): Promise<void> {
  const random = new SeededRandom(seed)
  const db = new SqliteDatabase(':memory:')
  await migrate(db, ...SCHEMAS)
  const common = { db, clock: new ManualClock(T0), received: [] }
  const deaths = (): number[] => Array.from({ length: random.between(0, 6) }, () => random.between(1, 120))
  const worlds: BatchWorld[] = Array.from({ length: EXECUTORS }, () => ({
    ...common,
    process: new MortalProcess(deaths()),
  }))
  const [first] = worlds
  if (!first) return
  const batchId = await uploaded(first)
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const now = common.clock.now()
    const steps = worlds.map(async (world) => {
      // What another executor has written first is left to it.
      await alive(world, (process) => step(process, batchId, { random, now })).catch((error: unknown) => {
        if (!(error instanceof AppError)) throw error
      })
    })
    await Promise.all(steps)
    const batch = await startProcess(first).records.load(batchId)
    if (batch?.finishedAt && batch.deliveries.every(({ nextAt }) => nextAt === null)) break
    await common.clock.advance(ROUND_MS)
  }
  await checkDone({ ...first, process: new MortalProcess([]) }, batchId, `in world ${String(seed)}`)
  await db.close()
}

test(`several executors that die by chance do each item of a batch once, in ${String(WORLDS)} worlds`, async () => {
  for (let seed = 1; seed <= WORLDS; seed++) await simulate(seed)
})
