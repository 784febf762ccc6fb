import { AssertionError, deepStrictEqual, ok } from 'node:assert/strict'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { SCHEMAS } from '#composition/node/schemas.ts'
import { AppError } from '#domain/app-error.ts'
import { T0, TILL } from '#test/support/fixtures.ts'
import { type Process, LINES, TENANT, alive, checkDone, insist, uploaded } from './batch-matrix.contract.ts'
import { type BatchMutation, type BatchWorld, startProcess } from './batch-world.ts'
import { MortalProcess } from './mortal.ts'
import { SeededRandom } from '#test/support/random.ts'

export interface BatchSimResult {
  readonly scenario: BatchScenario
  readonly deaths: number
  readonly violations: readonly string[]
}

/** What a caller does with the batch meanwhile. */
export const BATCH_SCENARIOS = ['waits', 'pauses and resumes', 'cancels'] as const
type BatchScenario = (typeof BATCH_SCENARIOS)[number]

const NEVER = new AbortController().signal
const EXECUTORS = 3
const MOST_ROUNDS = 200
const ROUND_MS = 10_000
/** From then on the caller lets the batch go on. */
const CHAOS_ROUNDS = 8

/**
 * A batch in a world of chance: several executors at once, each of which dies now and then, before or after a write.
 * Each believes that it is alone, so it also takes jobs over that another is at: only the versions of what is stored
 * keep them apart. The same seed gives the same world.
 */
export function simulateBatch(seed: number, mutation: BatchMutation | null = null): Promise<BatchSimResult> {
  return new Simulation(seed, mutation).run()
}

class Simulation {
  readonly #random: SeededRandom
  readonly #db = new SqliteDatabase(':memory:')
  readonly #clock = new ManualClock(T0)
  readonly #worlds: readonly BatchWorld[]
  /** What a caller talks to, and what looks at the end: it does not die. */
  readonly #front: BatchWorld
  readonly #scenario: BatchScenario
  #deaths = 0
  #batchId = ''
  /** Times between which the caller knew that the batch was paused. */
  readonly #pauses: { readonly from: number; to: number }[] = []

  constructor(seed: number, mutation: BatchMutation | null) {
    const random = new SeededRandom(seed)
    this.#random = random
    this.#scenario = random.pick(BATCH_SCENARIOS)
    const shared = { db: this.#db, clock: this.#clock, received: [], random, mutation }
    this.#worlds = Array.from({ length: EXECUTORS }, () => {
      const deaths = Array.from({ length: random.between(0, 6) }, () => random.between(1, 120))
      return { ...shared, process: new MortalProcess(deaths) }
    })
    this.#front = { ...shared, process: new MortalProcess([]) }
  }

  async run(): Promise<BatchSimResult> {
    const violations: string[] = []
    await migrate(this.#db, ...SCHEMAS)
    try {
      const [first = this.#front] = this.#worlds
      this.#batchId = await uploaded(first)
      await this.#worked()
      await this.#check()
    } catch (error) {
      if (!(error instanceof AssertionError)) throw error
      violations.push(error.message.replaceAll('\n', ' '))
    } finally {
      await this.#db.close()
    }
    return { scenario: this.#scenario, deaths: this.#deaths, violations }
  }

  async #worked(): Promise<void> {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      await Promise.all([...this.#worlds.map((world) => this.#round(world)), this.#call(round)])
      const batch = await startProcess(this.#front).records.load(this.#batchId)
      if (batch?.finishedAt && batch.deliveries.every(({ nextAt }) => nextAt === null)) return
      await this.#clock.advance(ROUND_MS)
    }
  }

  async #round(world: BatchWorld): Promise<void> {
    try {
      await alive(world, (process) => this.#step(process))
    } catch (error) {
      // What another executor has written first is left to it.
      if (!(error instanceof AppError)) throw error
    } finally {
      if (world.process.isDead) this.#deaths++
    }
  }

  /** What each executor does in a round: some jobs, and the wake of the batch if it is due. */
  async #step({ index, executeJob, moveBatchOn, records, woken }: Process): Promise<void> {
    const now = this.#clock.now()
    const filter = { batch: this.#batchId, statuses: ['queued', 'running', 'waiting'] } as const
    const { jobs } = await index.list({ tenantId: TENANT, filter, size: 100, after: null })
    for (const { id } of jobs.filter(() => this.#random.happens(0.7))) await executeJob.execute(id, NEVER)
    await moveBatchOn.rest()
    const batch = await records.load(this.#batchId)
    if (batch && batch.wakeAt <= now) await woken.execute(this.#batchId)
  }

  async #call(round: number): Promise<void> {
    if (this.#scenario === 'cancels' && round === 2) await this.#ask('cancel')
    if (this.#scenario !== 'pauses and resumes' || round > CHAOS_ROUNDS) return
    const pause = this.#pauses.at(-1)
    if (pause?.to === Infinity) await this.#resume(pause, round === CHAOS_ROUNDS)
    else if (round < CHAOS_ROUNDS && this.#random.happens(0.5)) await this.#pause()
  }

  async #pause(): Promise<void> {
    const isPaused = await this.#ask('pause')
    // What was taken in the same instant was taken before.
    if (isPaused) this.#pauses.push({ from: this.#clock.now() + 1, to: Infinity })
    await this.#clock.advance(1)
  }

  async #resume(pause: { to: number }, isLast: boolean): Promise<void> {
    if (!isLast && !this.#random.happens(0.4)) return
    pause.to = this.#clock.now()
    await this.#ask('resume')
  }

  /** `false` where the batch is finished. */
  async #ask(action: 'pause' | 'resume' | 'cancel'): Promise<boolean> {
    const command = { tenantId: TENANT, batchId: this.#batchId, by: TILL }
    try {
      await insist(this.#front, ({ batches }) => batches[action](command))
      return true
    } catch (error) {
      if (error instanceof AppError && error.code === 'batch_finished') return false
      throw error
    }
  }

  async #check(): Promise<void> {
    if (this.#scenario !== 'cancels') await checkDone(this.#front, this.#batchId, this.#scenario)
    const { items, records } = startProcess(this.#front)
    const totals = await items.totals(this.#batchId)
    deepStrictEqual([totals?.counts.pending, totals?.counts.running, totals?.counts.failed], [0, 0, 0])
    ok((await records.load(this.#batchId))?.finishedAt, 'The batch is not finished.')
    const all = await items.list({ batchId: this.#batchId, after: 0, size: LINES + 1 })
    deepStrictEqual(all.length, LINES)
    for (const { line, takenAt } of all)
      for (const { from, to } of this.#pauses)
        ok(
          takenAt === null || takenAt < from || takenAt >= to,
          `Line ${String(line)} began while the batch was paused.`,
        )
  }
}
