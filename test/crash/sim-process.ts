import { LocalFeed } from '#adapters/local/job-feed.ts'
import { ExecuteJob } from '#application/execution/execute-job.ts'
import type { Agent } from '#domain/agent/agent.ts'
import { AgentRegistry } from '#domain/agent/registry.ts'
import { type JobEnding, isEnding } from '#domain/job/event.ts'
import type { JobLimits } from '#domain/job/limits.ts'
import type { Clock } from '#ports/clock.ts'
import type { DispatchDisk } from '#adapters/testing/dispatch-disk.ts'
import type { JobStore } from '#ports/job-store.ts'
import type { ModelReply, ModelRequest, Models } from '#ports/model.ts'
import { silentLogger } from '#test/support/silent-logger.ts'
import type { SeededRandom } from '#test/support/random.ts'
import { LostConnection, SimLink } from './sim-link.ts'
import { PRICES } from '#test/support/prices.ts'

export interface SimWorld {
  /** Writes down what must not happen. */
  report(violation: string): void
  readonly clock: Clock
  readonly random: SeededRandom
  readonly store: JobStore
  readonly disk: DispatchDisk
  sleep(ms: number): Promise<void>
  /** Its tools are called in this process. */
  agentFor(process: SimProcess): Agent
  modelsFor(process: SimProcess): Models
  /** The process has ended the job. */
  ends(process: SimProcess, ending: JobEnding): void
  /** What jobs may do in this world, deliberate bugs included. */
  readonly limits: JobLimits
}

/** One executor among several, behind a network that delays, loses replies and now and then stands still. */
export class SimProcess {
  readonly id: string
  readonly executeJob: ExecuteJob
  readonly #stop = new AbortController()
  readonly #world: SimWorld
  readonly #link: SimLink
  alive = true

  constructor(id: string, world: SimWorld) {
    this.id = id
    this.#world = world
    this.#link = new SimLink({
      random: world.random,
      sleep: (ms) => world.sleep(ms),
      unlessDead: () => this.unlessDead(),
    })
    this.executeJob = new ExecuteJob({
      agents: new AgentRegistry([world.agentFor(this)]),
      jobs: this.#storeOverNetwork(),
      models: { check: () => undefined, call: (request) => this.#call(request) },
      clock: world.clock,
      limits: world.limits,
      defaultModel: 'scripted/scenario',
      prices: PRICES,
      waker: { wakeAt: () => Promise.resolve() },
      feed: new LocalFeed(),
      random: world.random,
      logger: silentLogger,
      executor: { id, release: null, leaseMs: 30_000, alone: false, sliceMs: 120_000 },
      dispatchLog: world.disk.open(id),
    })
  }

  wake(jobId: string): void {
    if (!this.alive) return
    this.executeJob.execute(jobId, this.#stop.signal).catch((error: unknown) => {
      // A store that cannot be reached is nobody's fault: the job is woken again. Anything else is the engine's.
      if (!(error instanceof LostConnection)) this.#world.report(String(error))
    })
  }

  /** As a notice from the server that was asked for a cancel. */
  hearCancel(jobId: string): void {
    if (this.alive) this.executeJob.stopIfCanceled(jobId).catch(() => undefined)
  }

  /** As with `kill -9`: nothing of it goes on. */
  crash(): void {
    this.alive = false
    this.#world.disk.die(this.id)
  }

  /** As with a deploy: it lets go of what it has. */
  stop(): void {
    this.#stop.abort()
  }

  /** Neither dead nor told to stop. */
  get isWorking(): boolean {
    return this.alive && !this.#stop.signal.aborted
  }

  /** A dead process never comes back from here. */
  async unlessDead(): Promise<void> {
    if (!this.alive) await new Promise(() => undefined)
  }

  #call(request: ModelRequest): Promise<ModelReply> {
    const models = this.#world.modelsFor(this)
    return models.call(request, { signal: this.#stop.signal })
  }

  #storeOverNetwork(): JobStore {
    const { store } = this.#world
    return {
      create: (job, event) => this.#link.over(() => store.create(job, event)),
      get: (tenantId, jobId) => this.#link.over(() => store.get(tenantId, jobId)),
      load: (jobId) => this.#link.over(() => store.load(jobId)),
      save: (state, events) =>
        this.#link.over(async () => {
          await store.save(state, events)
          const ending = events.find(isEnding)
          if (ending) this.#world.ends(this, ending)
        }),
      events: (jobId, after) => this.#link.over(() => store.events(jobId, after)),
      remove: (job) => this.#link.over(() => store.remove(job)),
    }
  }
}
