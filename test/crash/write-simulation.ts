import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { MemoryJobStore } from '#adapters/testing/job-store.ts'
import { AppError } from '#domain/app-error.ts'
import type { JsonValue } from '#domain/json/json.ts'
import type { JobRecord } from '#domain/job/job.ts'
import { nextWake } from '#domain/job/wake.ts'
import type { Actor } from '#domain/tenant/actor.ts'
import type { WriteDecision } from '#domain/write/decide.ts'
import { nextWrite } from '#domain/write/due.ts'
import { WRITE_MODES, type WriteRecord, type WriteStatus } from '#domain/write/write.ts'
import { T0, submitted } from '#test/support/fixtures.ts'
import { MortalProcess } from './mortal.ts'
import { SeededRandom } from '#test/support/random.ts'
import { WatchedShop, type WriteMutation } from './watched-shop.ts'
import { type WriteWorld, alive } from './write-world.ts'

export interface WriteSimResult {
  readonly deaths: number
  /** How many decisions were accepted. */
  readonly decided: number
  readonly violations: readonly string[]
}

const OLD = { apron: 'Förkläde\u00a0i lin.\r\n', mug: 'Mugg e\u0301.', bowl: null } as const
const NEW = { apron: 'Ett förkläde.', mug: 'En mugg é.', bowl: 'En skål 😀.' } as const
type Handle = keyof typeof OLD
const HANDLES = ['apron', 'mug', 'bowl'] as const

const REVIEWERS: readonly Actor[] = [
  { kind: 'key', id: 'ann' },
  { kind: 'key', id: 'bo' },
]
const EXECUTORS = 2
const CHAOS_ROUNDS = 40
const MOST_ROUNDS = 200

/**
 * A job with three writes in a world of chance: two executors that die, a shop that fails before or after it has
 * written, people who edit by hand, and two reviewers who decide on what they saw a while ago. The same seed gives the
 * same world.
 */
export function simulateWrites(seed: number, mutation: WriteMutation | null = null): Promise<WriteSimResult> {
  return new Simulation(seed, mutation).run()
}

class Simulation {
  readonly #random: SeededRandom
  readonly #clock = new ManualClock(T0)
  readonly #store = new WatchedStore({ wakeAt: () => Promise.resolve() })
  readonly #shop = new WatchedShop()
  readonly #worlds: readonly WriteWorld[]
  readonly #violations: string[] = []
  /** What a person has put in place of a text, and no tool may write over. */
  readonly #byHand = new Map<Handle, string>()
  /** The job as each reviewer has seen it. */
  readonly #seen = new Map<Actor, JobRecord>()
  #jobId = ''
  #isDeleted = false
  #deaths = 0
  #decided = 0

  constructor(seed: number, mutation: WriteMutation | null) {
    const random = new SeededRandom(seed)
    this.#random = random
    const mode = random.pick(WRITE_MODES)
    this.#worlds = Array.from({ length: EXECUTORS }, (_, n) => {
      const deaths = Array.from({ length: random.between(0, 9) }, () => random.between(1, 150))
      const executor = { id: `exec_${String(n)}`, alone: false }
      const shared = { store: this.#store, clock: this.#clock, shop: this.#shop, texts: NEW }
      return { ...shared, mode, process: new MortalProcess(deaths), executor, mutation }
    })
    for (const handle of HANDLES) this.#shop.set(handle, OLD[handle])
  }

  async run(): Promise<WriteSimResult> {
    const { job, event } = submitted({ agent: 'writer' })
    this.#jobId = job.id
    await this.#store.create(job, event)
    for (let round = 0; round < MOST_ROUNDS && !this.#isDeleted; round++) {
      const isChaos = round < CHAOS_ROUNDS
      if (isChaos) this.#disturb()
      await Promise.all([...this.#worlds.map((world) => this.#work(world)), isChaos && this.#review()])
      const now = await this.#job()
      if (!isChaos && now && nextWake(now).kind === 'expire') break
      await this.#clock.advance(this.#random.between(100, 60_000))
    }
    await this.#check()
    const violations = [...this.#violations, ...this.#shop.violations, ...this.#store.violations]
    return { deaths: this.#deaths, decided: this.#decided, violations }
  }

  /** Between two looks of a tool, as a shop without compare-and-set would not notice it within one. */
  #disturb(): void {
    const [random, shop] = [this.#random, this.#shop]
    const fails = random.happens(0.2) ? random.pick(['before', 'after'] as const) : null
    shop.onWrite = (when) => {
      if (when === fails && random.happens(0.7)) throw new Error('The shop does not answer.')
    }
    if (!random.happens(0.05)) return
    const handle = random.pick(HANDLES)
    const text = `By hand ${String(random.between(0, 1000))}`
    this.#byHand.set(handle, text)
    shop.set(handle, text)
  }

  /** One executor at a time looks and writes; they change places wherever one waits for the store. */
  async #work(world: WriteWorld): Promise<void> {
    if (this.#random.happens(0.3)) return
    const job = await this.#job()
    if (!job) return
    const { kind, at } = nextWake(job)
    if (kind === 'expire' || at > this.#clock.now()) return
    try {
      await alive(world, ({ executeJob, carryOutWrites }) =>
        (kind === 'write' ? carryOutWrites : executeJob).execute(this.#jobId, new AbortController().signal),
      )
    } catch (error) {
      // What another executor has written first is left to it.
      if (!(error instanceof AppError)) throw error
    }
    if (world.process.isDead) this.#deaths++
  }

  async #review(): Promise<void> {
    const by = this.#random.pick(REVIEWERS)
    const job = await this.#job()
    if (job && (this.#random.happens(0.6) || !this.#seen.has(by))) this.#seen.set(by, job)
    const write = this.#seen.get(by)?.writes[this.#random.between(0, HANDLES.length)]
    if (!write) return
    await this.#decide(write, by)
    if (this.#random.happens(0.03)) await this.#delete(by)
  }

  async #decide(seen: WriteRecord, by: Actor): Promise<void> {
    const decision = this.#random.pick<WriteDecision>([
      { action: 'approve' },
      { action: 'approve', after: `Edited ${String(this.#random.between(0, 9))}.` },
      { action: 'reject' },
      { action: 'apply' },
      { action: 'apply' },
      { action: 'undo' },
    ])
    const [world] = this.#worlds
    if (!world) return
    const command = { tenantId: 'acme', by, proposalId: seen.id, decision, version: seen.version }
    const process = new MortalProcess([])
    try {
      await alive({ ...world, process }, async ({ decideProposal }) => {
        const before = (await this.#job())?.writes.find(({ id }) => id === seen.id)
        const after = (await decideProposal.execute(command)).writes.find(({ id }) => id === seen.id)
        if (!before || !after) this.#violations.push('a write is lost')
        else if (after.version > before.version && before.version === seen.version) this.#decided++
      })
    } catch (error) {
      if (!(error instanceof AppError)) throw error
    }
  }

  /** Never while something that was accepted is not carried out. */
  async #delete(by: Actor): Promise<void> {
    const [world] = this.#worlds
    if (!world || !this.#random.happens(0.3)) return
    try {
      await alive({ ...world, process: new MortalProcess([]) }, ({ deleteJob }) =>
        deleteJob.execute({ tenantId: 'acme', jobId: this.#jobId, by }),
      )
      this.#isDeleted = true
    } catch (error) {
      if (!(error instanceof AppError)) throw error
    }
  }

  async #job(): Promise<JobRecord | null> {
    return (await this.#store.load(this.#jobId))?.job ?? null
  }

  async #check(): Promise<void> {
    const job = await this.#job()
    if (!job || this.#isDeleted) return
    if (nextWake(job).kind !== 'expire') this.#violations.push(`the job is stuck: ${nextWake(job).kind}`)
    for (const write of job.writes) this.#checkWrite(write)
    const events = (await this.#store.events(this.#jobId, 0)).map(({ event }) => event)
    const asked = events.filter(({ type }) => type === 'write.requested').length
    const ended = events.filter(({ type }) => type === 'write.ended').length
    if (ended < asked) this.#violations.push(`${String(asked)} were asked for, and ${String(ended)} ended`)
  }

  #checkWrite({ target, status, before, after, requestedBy }: WriteRecord): void {
    const handle = target.replace('product:', '') as Handle
    if (this.#byHand.has(handle)) return
    const untouched = requestedBy === null ? { proposed: before, approved: before, rejected: before } : {}
    const expected: Partial<Record<WriteStatus, JsonValue>> = { ...untouched, applied: after, undone: before }
    const now = this.#shop.textOf(handle)
    const isOpen = status === 'applying' || status === 'undoing'
    if (isOpen || (expected[status] !== undefined && expected[status] !== now))
      this.#violations.push(`${handle} is ${status}, and "${String(now)}" is there`)
  }
}

/** It notes a job that is deleted with a write under way. */
class WatchedStore extends MemoryJobStore {
  readonly violations: string[] = []

  override remove(job: JobRecord): Promise<void> {
    if (nextWrite(job)) this.violations.push('a job was deleted with a write under way')
    return super.remove(job)
  }
}
