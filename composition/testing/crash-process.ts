import { LocalFeed } from '#adapters/local/job-feed.ts'
import type { DispatchDisk } from '#adapters/testing/dispatch-disk.ts'
import type { ManualClock } from '#adapters/testing/manual-clock.ts'
import { ExecuteJob } from '#application/execution/execute-job.ts'
import type { Agent } from '#domain/agent/agent.ts'
import { AgentRegistry } from '#domain/agent/registry.ts'
import type { Tool } from '#domain/agent/tool.ts'
import { DEFAULT_LIMITS } from '#domain/job/limits.ts'
import type { JsonValue } from '#domain/json/json.ts'
import type { JobStore } from '#ports/job-store.ts'
import type { Models } from '#ports/model.ts'
import type { DoneCalls } from './done-calls.ts'

export interface Machine {
  readonly store: JobStore
  readonly clock: ManualClock
  readonly disk: DispatchDisk
  readonly calls: DoneCalls
}

interface Program {
  readonly agent: Agent
  readonly models: Models
}

/** A process that runs jobs and can die at every commit and call. What it awaits after its death never comes. */
export class CrashProcess {
  readonly #id: string
  readonly #machine: Machine
  readonly #reached: (place: string) => boolean
  readonly #death = Promise.withResolvers<true>()
  readonly #executeJob: ExecuteJob
  #dead = false

  /** @param reached is called at each place where the process can die, and says whether it does. */
  constructor(id: string, machine: Machine, program: Program & { readonly reached: (place: string) => boolean }) {
    this.#id = id
    this.#machine = machine
    this.#reached = program.reached
    const { agent, models } = program
    this.#executeJob = new ExecuteJob({
      agents: new AgentRegistry([{ ...agent, tools: agent.tools.map((tool) => this.#tool(tool)) }]),
      models: this.#models(models),
      jobs: this.#jobs(),
      clock: machine.clock,
      limits: DEFAULT_LIMITS,
      defaultModel: 'scripted/crash',
      prices: { find: () => null },
      waker: { wakeAt: () => Promise.resolve() },
      feed: new LocalFeed(),
      random: { fraction: () => 0.5 },
      logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
      executor: { id, release: null, leaseMs: 30_000, alone: true, sliceMs: null },
      dispatchLog: machine.disk.open(id),
    })
  }

  /** Wakes the job. Whether the process has died of it. */
  async wake(jobId: string): Promise<boolean> {
    const working = this.#executeJob.execute(jobId, new AbortController().signal)
    return Promise.race([working.then((): false => false), this.#death.promise])
  }

  async #point(place: string): Promise<void> {
    if (!this.#dead && this.#reached(place)) {
      this.#dead = true
      this.#machine.disk.die(this.#id)
      this.#death.resolve(true)
    }
    if (this.#dead) await new Promise(() => undefined)
  }

  async #around<T>(what: string, work: () => Promise<T>): Promise<T> {
    await this.#point(`before ${what}`)
    try {
      return await work()
    } finally {
      await this.#point(`after ${what}`)
    }
  }

  #tool(tool: Tool): Tool {
    const { calls } = this.#machine
    return {
      ...tool,
      run: (input, context) =>
        this.#around(`the call of ${tool.name}`, () =>
          calls.note(tool, context.idempotencyKey, async (): Promise<JsonValue> => tool.run(input, context)),
        ),
    }
  }

  #models(models: Models): Models {
    return {
      check: () => undefined,
      call: (request, options) =>
        this.#around('a model call', () => models.call({ ...request, model: 'scripted/crash' }, options)),
    }
  }

  #jobs(): JobStore {
    const { store } = this.#machine
    return {
      create: (job, event) => store.create(job, event),
      get: (tenantId, jobId) => store.get(tenantId, jobId),
      load: (jobId) => store.load(jobId),
      events: (jobId, after) => store.events(jobId, after),
      save: (state, events) => this.#around('a commit', () => store.save(state, events)),
      remove: (job) => store.remove(job),
    }
  }
}
