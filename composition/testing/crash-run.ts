import { DispatchDisk } from '#adapters/testing/dispatch-disk.ts'
import { MemoryJobStore } from '#adapters/testing/job-store.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { ResolveCall } from '#application/job/resolve-call.ts'
import type { Agent } from '#domain/agent/agent.ts'
import { JOURNAL_FORMAT, type JobSubmitted } from '#domain/job/event.ts'
import { type JobRecord, type WaitingJob, isFinished } from '#domain/job/job.ts'
import { DEFAULT_LIMITS } from '#domain/job/limits.ts'
import { submit } from '#domain/job/replay.ts'
import type { Resolution } from '#domain/job/resolution.ts'
import { nextWakeAt } from '#domain/job/wake.ts'
import type { JsonValue } from '#domain/json/json.ts'
import type { Actor } from '#domain/tenant/actor.ts'
import type { Models } from '#ports/model.ts'
import { CrashProcess } from './crash-process.ts'
import { type DoneCall, DoneCalls } from './done-calls.ts'

export interface RunSubject {
  readonly agent: Agent
  readonly input: JsonValue
  readonly models: Models
}

export interface RunOutcome {
  readonly job: JobRecord
  /** How many places the run has passed where a process can die. */
  readonly points: number
  /** Where its processes died, in words. */
  readonly deaths: readonly string[]
  readonly repeated: readonly DoneCall[]
  /** Tools of calls that waited for a person's answer. */
  readonly unknown: readonly string[]
}

const TENANT = 'default'
const BY: Actor = { kind: 'cli' }
/** Whether a person allows a call is not what a crash run is about. */
const APPROVED: Resolution = { outcome: 'approved' }
const MOST_WAKES = 60
const A_YEAR_MS = 365 * 86_400_000

/**
 * Runs one job whose processes die at the given points, counted through all of them. Each death is followed by a new
 * process over the same store, until the job is finished. A question for an unknown outcome gets a true answer.
 */
export class CrashRun {
  readonly #clock = new ManualClock()
  readonly #store = new MemoryJobStore({ wakeAt: () => Promise.resolve() })
  readonly #disk = new DispatchDisk()
  readonly #calls = new DoneCalls()
  readonly #subject: RunSubject
  readonly #deathsAt: ReadonlySet<number>
  readonly #deaths: string[] = []
  readonly #unknown: string[] = []
  #points = 0
  #processes = 0

  constructor(subject: RunSubject, deathsAt: readonly number[]) {
    this.#subject = subject
    this.#deathsAt = new Set(deathsAt)
  }

  /** @throws {Error} when the job does not end. */
  async toTheEnd(): Promise<RunOutcome> {
    const jobId = await this.#submit()
    let process = this.#start()
    for (let wakes = 0; wakes < MOST_WAKES; wakes++) {
      const job = await this.#load(jobId)
      if (isFinished(job)) return this.#outcome(job)
      if (job.status === 'waiting') await this.#answer(job)
      const dueAt = nextWakeAt(await this.#load(jobId))
      if (job.status === 'waiting') await this.#clock.advance(Math.max(0, dueAt - this.#clock.now()))
      if (await process.wake(jobId)) process = this.#start()
    }
    throw new Error(`The job does not end: ${(await this.#load(jobId)).status} after ${this.#deaths.join(' and ')}.`)
  }

  async #submit(): Promise<string> {
    const at = this.#clock.now()
    const event: JobSubmitted = {
      type: 'job.submitted',
      at,
      format: JOURNAL_FORMAT,
      jobId: 'job_crash',
      runId: `run_${crypto.randomUUID()}`,
      tenantId: TENANT,
      by: BY,
      agent: this.#subject.agent.name,
      input: this.#subject.input,
      deadlineAt: at + A_YEAR_MS,
    }
    const { job } = await this.#store.create(submit(event).job, event)
    return job.id
  }

  #start(): CrashProcess {
    const machine = { store: this.#store, clock: this.#clock, disk: this.#disk, calls: this.#calls }
    return new CrashProcess(`exec_${String(++this.#processes)}`, machine, {
      ...this.#subject,
      reached: (place) => {
        const dies = this.#deathsAt.has(++this.#points)
        if (dies) this.#deaths.push(place)
        return dies
      },
    })
  }

  async #answer(job: WaitingJob): Promise<void> {
    if (!('calls' in job.wait)) return
    const resolveCall = new ResolveCall({
      jobs: this.#store,
      agents: { list: () => [] },
      clock: this.#clock,
      limits: DEFAULT_LIMITS,
    })
    for (const { callId, name } of job.wait.calls) {
      if (job.wait.reason === 'outcome_unknown') this.#unknown.push(name)
      const resolution = job.wait.reason === 'approval' ? APPROVED : this.#truthOf(`${job.runId}/${callId}`)
      await resolveCall.execute({ tenantId: TENANT, by: BY, jobId: job.id, call: callId, resolution })
    }
  }

  #truthOf(key: string): Resolution {
    const made = this.#calls.find(key)
    return made ? { outcome: 'happened', result: made.output } : { outcome: 'did_not_happen' }
  }

  async #load(jobId: string): Promise<JobRecord> {
    const state = await this.#store.load(jobId)
    if (!state) throw new Error('The job is lost.')
    return state.job
  }

  #outcome(job: JobRecord): RunOutcome {
    const { points, deaths, unknown } = { points: this.#points, deaths: this.#deaths, unknown: this.#unknown }
    return { job, points, deaths, unknown, repeated: this.#calls.repeated() }
  }
}
