import { LocalFeed } from '#adapters/local/job-feed.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { CancelJob } from '#application/job/cancel-job.ts'
import { ExecuteJob } from '#application/execution/execute-job.ts'
import { AgentRegistry } from '#domain/agent/registry.ts'
import type { JobEvent } from '#domain/job/event.ts'
import { type JobRecord, isFinished } from '#domain/job/job.ts'
import { DEFAULT_LIMITS } from '#domain/job/limits.ts'
import type { JobState } from '#domain/job/replay.ts'
import type { DispatchLog } from '#ports/dispatch-log.ts'
import type { JobStore } from '#ports/job-store.ts'
import type { UsageLedger } from '#ports/usage-ledger.ts'
import { DispatchDisk } from '#adapters/testing/dispatch-disk.ts'
import { ALONE, T0, TILL, submitted } from '#test/support/fixtures.ts'
import { silentLogger } from '#test/support/silent-logger.ts'
import {
  SCENARIO_AGENT,
  type Scenario,
  ScenarioModels,
  type Surroundings,
  type ToolName,
  scenarioAgent,
} from './scenario.ts'
import { answerCalls } from './answer-calls.ts'
import { Witness } from './witness.ts'
import { PRICES } from '#test/support/prices.ts'

export interface CrashSubject {
  readonly store: JobStore
  /** When the job will be woken, as the store's waker was told last. */
  readonly armedAt: (jobId: string) => Promise<number | null>
  /** Of the same jobs. */
  readonly ledger?: UsageLedger
  /** What a deliberate bug makes of a process's dispatch log. */
  readonly mutateLog?: (log: DispatchLog) => DispatchLog
}

export interface CrashOutcome {
  readonly violations: readonly string[]
  readonly job: JobRecord
  /** How many points at which a process can die the run has passed. */
  readonly points: number
}

const MOST_WAKES = 60

/**
 * Runs one job of a scenario in processes that die at the given points, counted through all of them: before and after every commit,
 * before and after every call. Each death is followed by a new process over the same store, until the job is finished.
 */
export async function crashRun(
  scenario: Scenario,
  subject: CrashSubject,
  deaths: readonly number[],
): Promise<CrashOutcome> {
  const run = new CrashRun(scenario, subject, deaths)
  return run.toTheEnd()
}

class CrashRun {
  readonly #clock = new ManualClock(T0)
  readonly #subject: CrashSubject
  readonly #scenario: Scenario
  readonly #deaths: ReadonlySet<number>
  readonly #witness: Witness
  readonly #failures: { left: number }
  readonly #disk = new DispatchDisk()
  #jobId = ''
  #points = 0
  #modelCalls = 0
  #processes = 0
  #executeJob: ExecuteJob
  #death = Promise.withResolvers<undefined>()

  constructor(scenario: Scenario, subject: CrashSubject, deaths: readonly number[]) {
    this.#scenario = scenario
    this.#subject = subject
    this.#deaths = new Set(deaths)
    this.#witness = new Witness(subject.store)
    this.#failures = { left: scenario.failures ?? 0 }
    this.#executeJob = this.#startProcess()
  }

  async toTheEnd(): Promise<CrashOutcome> {
    const { store, armedAt } = this.#subject
    const { job, event } = submitted({ agent: SCENARIO_AGENT })
    this.#jobId = job.id
    await store.create(job, event)
    for (let wakes = 0; wakes < MOST_WAKES; wakes++) {
      const current = await this.#load()
      await this.#witness.checkAtRest(job.id, await armedAt(job.id))
      if (isFinished(current)) return this.#outcome(current)
      await this.#answer(current)
      const dueAt = (await armedAt(job.id)) ?? Number.POSITIVE_INFINITY
      if (dueAt > this.#clock.now() && current.status === 'waiting')
        await this.#clock.advance(dueAt - this.#clock.now())
      await this.#wake()
    }
    this.#witness.violations.push(`the job is stuck in ${(await this.#load()).status}`)
    return this.#outcome(await this.#load())
  }

  /** What the calls of one process see of the world: those that it begins after its death never get there. */
  #surroundings(process: number): Surroundings {
    return {
      modelCall: (iteration, work) => this.#modelCall(process, iteration, work),
      toolCall: (call, work) => this.#toolCall(process, call, work),
      hasHappened: (key) => this.#witness.hasHappened(key),
    }
  }

  async #modelCall<T>(process: number, iteration: number, work: () => T): Promise<T> {
    await this.#point(process)
    this.#witness.modelCallBegins(await this.#storedFor(process), iteration)
    if (++this.#modelCalls === this.#scenario.cancelAfter) await this.#cancel()
    const reply = work()
    await this.#point(process)
    return reply
  }

  async #toolCall(process: number, { key, tool }: { key: string; tool: ToolName }, work: () => null): Promise<null> {
    if (process === this.#processes) this.#witness.callLeaves(key)
    await this.#point(process)
    this.#witness.toolCallBegins(await this.#storedFor(process), key)
    this.#witness.effect(key, tool)
    const result = work()
    if (process < (this.#scenario.deathsAtTool ?? 0)) this.#die(process)
    await this.#point(process)
    return result
  }

  /** What is stored, as a process that lives sees it: reading takes time, and one that has died meanwhile sees nothing. */
  async #storedFor(process: number): Promise<readonly JobEvent[]> {
    const events = await this.#subject.store.events(this.#jobId, 0)
    if (process !== this.#processes) await new Promise(() => undefined)
    return events.map(({ event }) => event)
  }

  /** A place where the process can die; a dead one never comes back from it. */
  async #point(process: number): Promise<void> {
    if (process === this.#processes && this.#deaths.has(++this.#points)) this.#die(process)
    if (process !== this.#processes) await new Promise(() => undefined)
  }

  #die(process: number): void {
    if (process !== this.#processes) return
    this.#death.resolve(undefined)
    this.#disk.die(executorOf(process))
    this.#processes++
  }

  async #wake(): Promise<void> {
    const working = this.#executeJob.execute(this.#jobId, new AbortController().signal)
    const died = await Promise.race([working.then(() => false), this.#death.promise.then(() => true)])
    if (died) this.#executeJob = this.#startProcess()
  }

  #startProcess(): ExecuteJob {
    this.#death = Promise.withResolvers<undefined>()
    const process = this.#processes
    const { store, mutateLog = (log) => log } = this.#subject
    const save = async (state: JobState, events: readonly JobEvent[]): Promise<void> => {
      await this.#point(process)
      await store.save(state, events)
      await this.#point(process)
    }
    const jobs: JobStore = {
      create: (job, event) => store.create(job, event),
      get: (tenantId, jobId) => store.get(tenantId, jobId),
      load: (jobId) => store.load(jobId),
      events: (jobId, after) => store.events(jobId, after),
      save,
      remove: (job) => store.remove(job),
    }
    const surroundings = this.#surroundings(process)
    return new ExecuteJob({
      agents: new AgentRegistry([scenarioAgent(surroundings, this.#scenario)]),
      jobs,
      models: new ScenarioModels(this.#scenario, surroundings, this.#failures),
      clock: this.#clock,
      limits: DEFAULT_LIMITS,
      defaultModel: 'scripted/scenario',
      prices: PRICES,
      waker: { wakeAt: () => Promise.resolve() },
      feed: new LocalFeed(),
      random: { fraction: () => 0.5 },
      logger: silentLogger,
      executor: { ...ALONE, id: executorOf(process), release: this.#scenario.releaseOf?.(process) ?? null },
      dispatchLog: mutateLog(this.#logOf(process)),
    })
  }

  #logOf(process: number): DispatchLog {
    const log = this.#disk.open(executorOf(process))
    return {
      ...log,
      returned: (key, result) => {
        log.returned(key, result)
        if (process === this.#processes) this.#witness.resultIsNoted(key)
      },
    }
  }

  async #cancel(): Promise<void> {
    const cancelJob = new CancelJob({ jobs: this.#subject.store, clock: this.#clock, executions: this.#executeJob })
    await cancelJob.execute({ tenantId: 'acme', by: TILL, jobId: this.#jobId })
  }

  #answer(job: JobRecord): Promise<void> {
    const deps = { jobs: this.#subject.store, clock: this.#clock, limits: DEFAULT_LIMITS }
    return answerCalls(job, deps, (key) => this.#witness.hasHappened(key))
  }

  async #load(): Promise<JobRecord> {
    const job = (await this.#subject.store.load(this.#jobId))?.job
    if (!job) throw new Error('The job is lost.')
    return job
  }

  #outcome(job: JobRecord): CrashOutcome {
    return { violations: this.#witness.violations, job, points: this.#points }
  }
}

function executorOf(process: number): string {
  return `exec_${String(process)}`
}
