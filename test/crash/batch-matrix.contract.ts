import { deepStrictEqual, ok } from 'node:assert/strict'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import type { SqlDatabase } from '#adapters/sql/database.ts'
import type { UploadedLine } from '#application/batch/upload-items.ts'
import { AppError } from '#domain/app-error.ts'
import type { ContractCase } from '#test/contracts/contract.ts'
import { T0, TILL } from '#test/support/fixtures.ts'
import { type BatchWorld, startProcess } from './batch-world.ts'
import { Death, MortalProcess } from './mortal.ts'

const NEVER = new AbortController().signal
export const TENANT = 'acme'
export const LINES = 5
const PIECE = 2
const WINDOW = 2

/** An empty database with the tables of jobs, records and batches. */
type OpenDatabase = () => Promise<SqlDatabase>

/** A batch from its creation to its callback, by processes that die anywhere, alone and twice in a row. */
export const batchMatrix: readonly ContractCase<OpenDatabase>[] = [
  {
    name: 'each item of a batch is done once, whatever requests are repeated',
    async run(open) {
      const points = await wholeBatch(await open(), [])
      ok(points >= 60, String(points))
      for (let point = 1; point <= points; point++) await wholeBatch(await open(), [point])
      for (let point = 1; point <= points; point += 3) await wholeBatch(await open(), [point, point + 2])
    },
  },
]

/** The same with few deaths, for a database that is a server. */
export const batchSample: readonly ContractCase<OpenDatabase>[] = [
  {
    name: 'each item of a batch is done once',
    async run(open) {
      const points = await wholeBatch(await open(), [])
      for (let point = 1; point <= points; point += 15) await wholeBatch(await open(), [point])
    },
  },
]

async function wholeBatch(db: SqlDatabase, deaths: readonly number[]): Promise<number> {
  const clock = new ManualClock(T0)
  const process = new MortalProcess(deaths)
  const world: BatchWorld = { db, clock, process, received: [] }
  const batchId = await uploaded(world)
  await workedOff(world, batchId)
  const said = `after deaths at ${deaths.join(', ')}`
  await checkDone(world, batchId, said)
  ok(world.received.length <= 1 + deaths.length, said)
  return process.points
}

/** Each item was done once, and its batch has said so. */
export async function checkDone(world: BatchWorld, batchId: string, said: string): Promise<void> {
  const { items, records, index } = startProcess(world)
  const totals = await items.totals(batchId)
  const none = { pending: 0, running: 0, failed: 0, canceled: 0, skipped: 0 }
  deepStrictEqual(totals?.counts, { ...none, completed: LINES }, said)
  deepStrictEqual([totals.inputTokens, totals.outputTokens], [10 * LINES, 5 * LINES], said)
  deepStrictEqual([totals.costNanos, totals.unpricedCalls], [70_000 * LINES, 0], said)
  const { jobs } = await index.list({ tenantId: TENANT, filter: { batch: batchId }, size: 100, after: null })
  deepStrictEqual(
    jobs.map(({ status }) => status),
    Array<string>(LINES).fill('completed'),
    said,
  )
  deepStrictEqual((await records.load(batchId))?.finishedAt !== null, true, said)
  deepStrictEqual(new Set(world.received).size, 1, said)
}

/** What a client does: it repeats what it got no answer to, and goes on where the server says. */
export async function uploaded(world: BatchWorld): Promise<string> {
  const batchId = await insist(world, async ({ batches }) => {
    const options = {
      ...{ name: null, itemKey: null, maxConcurrency: WINDOW, stopOnFailures: null, skipUnchanged: false },
      ...{ tags: [], metadata: {}, retainMs: null, callbackUrl: 'https://shop.example.com/hook' },
    }
    const command = { tenantId: TENANT, by: TILL, agent: 'writer', options, items: null, idempotencyKey: 'k' }
    return (await batches.create(command)).batch.id
  })
  for (let from = 0; from < LINES;) {
    from = await insist(world, async ({ batches, uploadItems }) => {
      const { totals } = await batches.get({ tenantId: TENANT, batchId })
      const lines = piece(totals.next)
      return (await uploadItems.execute({ tenantId: TENANT, batchId, from: totals.next, lines })).next
    })
  }
  await insist(world, ({ batches }) => batches.close({ tenantId: TENANT, batchId, by: TILL }))
  return batchId
}

async function* piece(from: number): AsyncGenerator<UploadedLine> {
  for (let line = from; line < Math.min(LINES, from + PIECE); line++) {
    const item = { key: `k${String(line)}`, input: line, metadata: {}, source: null }
    yield await Promise.resolve({ item, bytes: 10 })
  }
}

export type Process = ReturnType<typeof startProcess>

/** Until there is an answer. */
export async function insist<T>(world: BatchWorld, ask: (process: Process) => Promise<T>): Promise<T> {
  for (;;) {
    const result = await alive(world, ask)
    if (result !== DIED) return result
  }
}

const DIED = Symbol('died')

export async function alive<T>(world: BatchWorld, work: (process: Process) => Promise<T>): Promise<T | typeof DIED> {
  world.process.restart()
  const process = startProcess(world)
  try {
    const result = await work(process)
    await process.moveBatchOn.rest()
    return result
  } catch (error) {
    if (error instanceof Death) return DIED
    // What a dead process has done can make a repeat unnecessary, and never wrong.
    if (error instanceof AppError && error.code === 'upload_conflict') return DIED
    throw error
  } finally {
    await process.moveBatchOn.rest()
  }
}

/** What an engine does: it executes jobs and wakes the batch at its times, and starts again after each death. */
async function workedOff(world: BatchWorld, batchId: string): Promise<void> {
  for (let round = 0; round < 60; round++) {
    await alive(world, async (process) => {
      const { index, executeJob, moveBatchOn, records, woken } = process
      const filter = { batch: batchId, statuses: ['queued', 'running', 'waiting'] } as const
      const { jobs } = await index.list({ tenantId: TENANT, filter, size: 100, after: null })
      ok(jobs.length <= WINDOW, `${String(jobs.length)} jobs in a window of ${String(WINDOW)}`)
      for (const { id } of jobs) await executeJob.execute(id, NEVER)
      await moveBatchOn.rest()
      const batch = await records.load(batchId)
      if (batch) await world.clock.advance(Math.max(0, Math.min(batch.wakeAt - world.clock.now(), 60_000)))
      await woken.execute(batchId)
    })
    const { records } = startProcess(world)
    const batch = await records.load(batchId)
    if (batch?.finishedAt && batch.deliveries.every(({ nextAt }) => nextAt === null)) return
  }
}
