import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import type { RunningCalls } from '#application/agent/running-calls.ts'
import { ExecuteJob } from '#application/execution/execute-job.ts'
import { LocalFeed } from '#adapters/local/job-feed.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import type { Agent } from '#domain/agent/agent.ts'
import { AgentRegistry } from '#domain/agent/registry.ts'
import type { Executor } from '#domain/job/claim.ts'
import { DEFAULT_LIMITS, type JobLimits } from '#domain/job/limits.ts'
import type { JobRecord } from '#domain/job/job.ts'
import { nextWakeAt } from '#domain/job/wake.ts'
import type { Models } from '#ports/model.ts'
import type { DispatchLog } from '#ports/dispatch-log.ts'
import type { Telemetry } from '#ports/telemetry.ts'
import { TracedJobStore } from '#adapters/telemetry/traced-job-store.ts'
import { LocalDispatchLog } from '#adapters/local/dispatch-log.ts'
import { CrashingStore } from './crashing-store.ts'
import { ALONE, T0, submitted } from './fixtures.ts'
import { RecordingLogger } from './recording-logger.ts'
import { RecordingWaker } from './recording-waker.ts'
import { PRICES } from './prices.ts'

export interface Execution {
  readonly clock: ManualClock
  readonly store: CrashingStore
  readonly waker: RecordingWaker
  readonly feed: LocalFeed
  readonly logger: RecordingLogger
  /** A new process over the same store, with other agents if a deploy came between. */
  executor(
    models: Models,
    agents?: readonly Agent[],
    fields?: Partial<Executor> & {
      readonly log?: DispatchLog
      readonly running?: RunningCalls
      readonly telemetry?: Telemetry
    },
  ): ExecuteJob
  /** The id of a new job, to be run at `at`. */
  submit(at?: number): Promise<string>
  job(jobId: string): Promise<JobRecord>
  eventTypes(jobId: string): Promise<readonly string[]>
}

/** Jobs of `agent` in memory, on a clock that stands still. */
export function execution(agent: Agent, limits: JobLimits = DEFAULT_LIMITS): Execution {
  const clock = new ManualClock(T0)
  const waker = new RecordingWaker()
  const store = new CrashingStore(waker)
  const feed = new LocalFeed()
  const logger = new RecordingLogger()
  let started = 0
  return {
    clock,
    store,
    waker,
    feed,
    logger,
    executor: (models, agents = [agent], { log, running, telemetry, ...fields } = {}) => {
      const executor = { ...ALONE, id: `exec_${String(++started)}`, ...fields }
      const deps = {
        agents: new AgentRegistry(agents),
        jobs: telemetry ? new TracedJobStore(store, telemetry) : store,
        telemetry,
        waker,
        clock,
        models,
        defaultModel: 'scripted/test',
        prices: PRICES,
        limits,
        feed,
        random: { fraction: () => 0.5 },
        logger,
        executor,
        dispatchLog: log ?? new LocalDispatchLog(executor.id),
      }
      return new ExecuteJob(deps, running)
    },
    submit: async (at = T0) => {
      const { job, event } = submitted({ agent: agent.name, at })
      await store.create(job, event)
      return job.id
    },
    job: async (jobId) => {
      const job = (await store.load(jobId))?.job
      if (!job) throw new Error('The job is lost.')
      // Whatever a test looks at, what is shown must be what the journal says.
      deepStrictEqual(await store.get(job.tenantId, jobId), job)
      strictEqual(waker.armedAt(jobId), nextWakeAt(job))
      return job
    },
    eventTypes: async (jobId) => (await store.events(jobId, 0)).map(({ event }) => event.type),
  }
}

export const NEVER = new AbortController().signal
