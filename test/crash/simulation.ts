import { MemoryJobStore } from '#adapters/testing/job-store.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { CancelJob } from '#application/job/cancel-job.ts'
import type { JobEnding, JobEvent } from '#domain/job/event.ts'
import { type JobRecord, isFinished } from '#domain/job/job.ts'
import type { Agent } from '#domain/agent/agent.ts'
import { DEFAULT_LIMITS, type JobLimits } from '#domain/job/limits.ts'
import { nextWakeAt } from '#domain/job/wake.ts'
import type { JobStore } from '#ports/job-store.ts'
import type { Models } from '#ports/model.ts'
import { DispatchDisk } from '#adapters/testing/dispatch-disk.ts'
import { T0, TILL, submitted } from '#test/support/fixtures.ts'
import { SeededRandom } from '#test/support/random.ts'
import { answerCalls } from './answer-calls.ts'
import {
  SCENARIOS,
  SCENARIO_AGENT,
  type Scenario,
  ScenarioModels,
  type Surroundings,
  scenarioAgent,
} from './scenario.ts'
import { SimProcess, type SimWorld } from './sim-process.ts'
import { SimTools, type ToolWorld } from './sim-tools.ts'
import { SimWakes } from './sim-wakes.ts'
import { Witness } from './witness.ts'

/** Deliberate bugs, each of which some seed must bring to light. */
export const SIM_MUTATIONS = ['skip fence', 'durable later', 'no wake while running', 'wait for no tool'] as const

export type SimMutation = (typeof SIM_MUTATIONS)[number]

export interface SimResult {
  readonly seed: number
  readonly violations: readonly string[]
  readonly status: JobRecord['status']
  readonly attempts: number
}

/** Chaos keeps the interesting limits away from what is to be shown here. */
const LIMITS = { ...DEFAULT_LIMITS, maxStrikes: 1e6, maxAttemptsPerHour: 1e6, maxModelCalls: 1e6 }
const PROCESSES = 3
const CHAOS_MS = 900_000
const MOST_MS = 7_200_000

/** One job in a world of chance: the same seed gives the same world. */
export async function simulate(seed: number, mutation: SimMutation | null = null): Promise<SimResult> {
  const world = new Simulation(seed, mutation)
  const violations = await world.run().catch((error: unknown) => [...world.violations, String(error)])
  return { seed, violations, ...(await world.end()) }
}

class Simulation implements SimWorld, ToolWorld {
  readonly clock = new ManualClock(T0)
  readonly random: SeededRandom
  readonly store: JobStore
  readonly disk = new DispatchDisk()
  readonly #memory: MemoryJobStore
  readonly #scenario: Scenario
  readonly #witness: Witness
  readonly #wakes: SimWakes
  readonly #tools: SimTools
  readonly limits: JobLimits
  readonly #scenarioModels = new Map<SimProcess, Models>()
  readonly #failures: { left: number }
  #processes: SimProcess[] = []
  #started = 0
  #jobId = ''

  constructor(seed: number, mutation: SimMutation | null) {
    this.random = new SeededRandom(seed)
    this.#scenario = this.random.pick(SCENARIOS)
    this.limits = mutation === 'wait for no tool' ? { ...LIMITS, toolStopMs: 0 } : LIMITS
    this.#failures = { left: this.#scenario.failures ?? 0 }
    this.#wakes = new SimWakes(
      this,
      (jobId) => {
        this.random.pick(this.#processes).wake(jobId)
      },
      (leases) => {
        for (const { executeJob } of this.#processes) executeJob.observeLeases(leases)
      },
    )
    this.#memory = new MemoryJobStore(this.#wakes)
    this.store = mutated(this.#memory, mutation)
    this.#wakes.sweep(this.#memory, mutation === 'no wake while running')
    // What the world may know of the truth is what is really stored.
    this.#witness = new Witness(this.#memory, { cancelIsSeenAtOnce: false })
    this.#tools = new SimTools(this, this.#witness)
    for (let n = 0; n < PROCESSES; n++) this.#start()
  }

  get violations(): readonly string[] {
    return this.#witness.violations
  }

  report(violation: string): void {
    this.#witness.violations.push(violation)
  }

  async end(): Promise<Pick<SimResult, 'status' | 'attempts'>> {
    const { status, attempt } = await this.#load()
    return { status, attempts: attempt }
  }

  async run(): Promise<readonly string[]> {
    const { job, event } = submitted({ agent: SCENARIO_AGENT, jobId: 'job_simulated' })
    this.#jobId = job.id
    await this.#memory.create(job, event)
    this.#unleashChaos()
    for (let passed = 0; passed < MOST_MS; passed += 10_000) {
      await this.clock.advance(10_000)
      const current = await this.#load()
      if (isFinished(current)) break
      await this.#answer(current)
    }
    // Late writers and late wakes still have their say.
    await this.clock.advance(240_000)
    const end = await this.#load()
    if (!isFinished(end)) this.#witness.violations.push(`the job is stuck in ${end.status}`)
    if (end.status === 'failed') this.#witness.violations.push(`the job failed: ${end.error.message}`)
    await this.#witness
      .checkAtRest(this.#jobId, isFinished(end) ? nextWakeAt(end) : end.deadlineAt)
      .catch((error: unknown) => {
        this.#witness.violations.push(String(error))
      })
    return this.#witness.violations
  }

  async sleep(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.clock.after(ms, resolve)
    })
  }

  agentFor(process: SimProcess): Agent {
    return scenarioAgent(this.#surroundings(process), this.#scenario)
  }

  #surroundings(process: SimProcess): Surroundings {
    return {
      modelCall: async (iteration, work) => {
        this.#witness.modelCallBegins(await this.stored(), iteration)
        await this.sleep(this.random.between(100, 40_000))
        await process.unlessDead()
        return work()
      },
      toolCall: async (call, work) => {
        await this.#tools.call(process, call)
        await process.unlessDead()
        return work()
      },
      hasHappened: (key) => (this.#tools.isInFlight(key) ? null : this.#witness.hasHappened(key)),
    }
  }

  stored(): Promise<readonly JobEvent[]> {
    return this.#memory.events(this.#jobId, 0).then((events) => events.map(({ event }) => event))
  }

  modelsFor(process: SimProcess): Models {
    const known = this.#scenarioModels.get(process)
    if (known) return known
    const models = new ScenarioModels(this.#scenario, this.#surroundings(process), this.#failures)
    this.#scenarioModels.set(process, models)
    return models
  }

  ends(process: SimProcess, ending: JobEnding): void {
    this.#tools.ends(process, ending)
  }

  #start(): void {
    this.#processes.push(new SimProcess(`exec_${String(++this.#started)}`, this))
  }

  #unleashChaos(): void {
    const end = T0 + CHAOS_MS
    const strike = (): void => {
      if (this.clock.now() >= end) return
      const victim = this.random.pick(this.#processes)
      this.#processes = this.#processes.filter((process) => process !== victim)
      if (this.random.happens(0.7)) victim.crash()
      else victim.stop()
      this.#start()
      this.clock.after(this.random.between(1000, 60_000), strike)
    }
    this.clock.after(this.random.between(0, 30_000), strike)
    if (this.#isCanceled) this.#cancelWithin(120_000)
  }

  get #isCanceled(): boolean {
    return this.#scenario.cancelAfter !== undefined
  }

  onCall(): void {
    if (this.#isCanceled && this.random.happens(0.5)) this.#cancelWithin(3000)
  }

  #cancelWithin(ms: number): void {
    this.clock.after(this.random.between(0, ms), () => void this.#cancel())
  }

  async #cancel(): Promise<void> {
    // Notices can be lost; then the executor hears at its next write.
    const interrupt = (jobId: string): void => {
      for (const process of this.#processes) if (this.random.happens(0.8)) process.hearCancel(jobId)
    }
    const cancelJob = new CancelJob({ jobs: this.#memory, clock: this.clock, executions: { interrupt } })
    await cancelJob.execute({ tenantId: 'acme', by: TILL, jobId: this.#jobId }).catch(() => undefined)
  }

  /** A person looks now and then. */
  #answer(job: JobRecord): Promise<void> {
    const deps = { jobs: this.#memory, clock: this.clock, limits: DEFAULT_LIMITS }
    return answerCalls(job, deps, (key) => (this.#tools.isInFlight(key) ? null : this.#witness.hasHappened(key)))
  }

  async #load(): Promise<JobRecord> {
    const job = (await this.#memory.load(this.#jobId))?.job
    if (!job) throw new Error('The job is lost.')
    return job
  }
}

function mutated(store: JobStore, mutation: SimMutation | null): JobStore {
  const like = (save: JobStore['save']): JobStore => ({
    create: (job, event) => store.create(job, event),
    get: (tenantId, jobId) => store.get(tenantId, jobId),
    load: (jobId) => store.load(jobId),
    events: (jobId, after) => store.events(jobId, after),
    save,
    remove: (job) => store.remove(job),
  })
  if (mutation === 'skip fence') {
    return like(async (state, events) => {
      const version = ((await store.load(state.job.id))?.job.version ?? 0) + events.length
      await store.save({ ...state, job: { ...state.job, version } }, events)
    })
  }
  if (mutation === 'durable later') {
    let behind: Parameters<JobStore['save']> | null = null
    return like(async (state, events) => {
      const write = behind
      behind = [state, events]
      if (write) await store.save(...write)
    })
  }
  return store
}
