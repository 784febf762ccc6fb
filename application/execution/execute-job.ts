import type { AgentRegistry } from '#domain/agent/registry.ts'
import { AppError } from '#domain/app-error.ts'
import { CanceledError } from '#domain/job/errors.ts'
import { ModelError } from '#domain/model/errors.ts'
import { type Executor, mayClaim } from '#domain/job/claim.ts'
import type { AttemptReleased, JobEnding, JobWaiting } from '#domain/job/event.ts'
import type { JobError, JobRecord } from '#domain/job/job.ts'
import { leaveToOthers } from '#domain/job/leave.ts'
import { givesUp, retryDelayMs } from '#domain/job/retry.ts'
import { verdictOn } from '#domain/job/verdict.ts'
import { NotStoredError } from '#domain/storage/errors.ts'
import { shownCalls } from '#domain/job/unknown-calls.ts'
import { approvalWait } from '#domain/job/wait.ts'
import { nextWake } from '#domain/job/wake.ts'
import type { DispatchLog } from '#ports/dispatch-log.ts'
import type { JobFeed } from '#ports/job-feed.ts'
import type { JobStore } from '#ports/job-store.ts'
import type { Random } from '#ports/random.ts'
import type { Waker } from '#ports/waker.ts'
import { AttemptDispatches } from './attempt-dispatches.ts'
import { Attempt } from './attempt.ts'
import { JobJournal } from '../job/job-journal.ts'
import { about, aboutWork } from '../job/log-fields.ts'
import { logEnding } from './log-ending.ts'
import { type HeldLease, LeaseWatch } from './lease-watch.ts'
import { writeJournal } from './write-journal.ts'
import { type TurnOutcome, runTurn } from '../agent/run-turn.ts'
import type { TurnDeps } from '../agent/turn-run.ts'
import type { Sampling } from '../agent/run-trace.ts'
import { RunningCalls } from '../agent/running-calls.ts'
import { StopAttempt } from './stop-attempt.ts'
import { originOf } from './turn-origin.ts'

export interface ExecuteJobDeps extends TurnDeps {
  readonly agents: AgentRegistry
  readonly jobs: JobStore
  readonly waker: Waker
  readonly feed: Pick<JobFeed, 'publish' | 'isWatched'>
  readonly random: Random
  readonly executor: Executor
  readonly dispatchLog: DispatchLog
  readonly telemetry?: Sampling
}

/** How an attempt leaves its job. */
type Ending = JobEnding | JobWaiting | AttemptReleased

/** Does what is due for one job: begins it, continues an interrupted attempt, or ends it. */
export class ExecuteJob {
  readonly #deps: ExecuteJobDeps
  /** Jobs in hand; an attempt once one is under way. */
  readonly #inHand = new Map<string, Attempt | null>()
  readonly #leases: LeaseWatch
  readonly #running: RunningCalls
  readonly #stop: StopAttempt

  constructor(deps: ExecuteJobDeps, running = new RunningCalls()) {
    this.#deps = deps
    this.#running = running
    this.#leases = new LeaseWatch(deps.clock)
    this.#stop = new StopAttempt(deps, this.#running)
  }

  /**
   * Returns when the job is finished, waits, belongs to another executor, or was stopped by `signal`, which leaves it
   * resumable.
   * @throws when the store fails. The job stays as it was last saved and its next wake stands.
   */
  async execute(jobId: string, signal: AbortSignal): Promise<void> {
    if (this.#inHand.has(jobId)) return
    this.#inHand.set(jobId, null)
    try {
      await this.#wake(jobId, signal)
    } catch (error) {
      // Where a job is begun before it is stored, the submitter hears of it.
      if (error instanceof NotStoredError) return
      if (!isConflict(error)) throw error
      // Another writer came first: an executor that took the job over, or a caller who canceled it.
      const attempt = this.#inHand.get(jobId) ?? null
      const canceled = await this.#stop.confirmCancel(jobId, attempt).catch((again: unknown) => {
        // Overtaken in this too: then it is another executor's to confirm.
        if (!isConflict(again)) throw again
        return null
      })
      const fields = attempt ? about(attempt.journal.job) : { jobId }
      if (canceled) logEnding(this.#deps, canceled)
      else this.#deps.logger.warn('The attempt was overtaken and ends.', fields)
    } finally {
      const attempt = this.#inHand.get(jobId)
      if (attempt) this.#running.release(attempt.journal.job.runId)
      this.#inHand.delete(jobId)
    }
  }

  /** Aborts the attempt at `jobId` that is under way here, if there is one. Its journal must have been written to before. */
  interrupt(jobId: string): void {
    this.#inHand.get(jobId)?.interrupt()
  }

  /**
   * Takes note of all leases that the store holds now, and returns the jobs whose lease has ended, so that they can be taken over. For executors
   * that share a store: without this they take over jobs of known dead executors alone.
   */
  observeLeases(leases: readonly HeldLease[]): ReadonlySet<string> {
    const { leaseMs } = this.#deps.executor
    this.#leases.observe(leases)
    return new Set(leases.filter((lease) => this.#leases.hasEnded(lease, leaseMs)).map(({ jobId }) => jobId))
  }

  /** Whether the job is held by an executor that is known to be dead, so that it can be taken over before its lease ends. */
  async isLeftBehind(jobId: string): Promise<boolean> {
    const state = await this.#deps.jobs.load(jobId)
    return state !== null && this.#isHeldByDead(state.job)
  }

  #isHeldByDead(job: JobRecord): boolean {
    return job.status === 'running' && this.#deps.dispatchLog.isDead(job.lease.executorId)
  }

  /** Whether the executor that holds the job is gone: known to be dead, or its lease has ended. */
  #isAbandoned(job: JobRecord): boolean {
    if (job.status !== 'running') return false
    const { expiresAt, durationMs } = job.lease
    return this.#isHeldByDead(job) || this.#leases.hasEnded({ jobId: job.id, expiresAt }, durationMs)
  }

  /** As `interrupt`, for an unproven request: it stops only if the journal says so. */
  async stopIfCanceled(jobId: string): Promise<void> {
    if (!this.#inHand.has(jobId)) return
    const state = await this.#deps.jobs.load(jobId)
    if (state !== null && state.job.cancelRequestedAt !== null) this.interrupt(jobId)
  }

  async #wake(jobId: string, signal: AbortSignal): Promise<void> {
    const { agents, jobs, waker, clock, executor, limits } = this.#deps
    const state = await jobs.load(jobId)
    if (!state) return
    const { job } = state
    if (!mayClaim(job, executor, clock.now()) && !this.#isAbandoned(job)) {
      await waker.wakeAt(job, nextWake(job))
      return
    }
    const journal = new JobJournal(jobs, state)
    await this.#stop.settle(journal)
    const at = clock.now()
    const verdict = verdictOn(journal, { limits, executor, now: at })
    if (job.cancelRequestedAt !== null) this.#end(journal, { type: 'job.canceled', at })
    else if (verdict) this.#end(journal, { type: 'job.failed', at, error: verdict })
    else if (!agents.has(job.agent)) this.#leave(journal, at)
    else await this.#attempt(journal, signal)
    await journal.flush()
    logEnding(this.#deps, journal.job)
  }

  #end(journal: JobJournal, ending: JobEnding): void {
    this.#stop.settleFromLog(journal)
    journal.append(ending)
  }

  #leave(journal: JobJournal, at: number): void {
    const { random, logger } = this.#deps
    journal.append(leaveToOthers(journal.job, at, random.fraction()))
    logger.warn('This server does not know the agent of a job and leaves it to others.', aboutWork(journal.job))
  }

  async #attempt(journal: JobJournal, outer: AbortSignal): Promise<void> {
    const { agents, clock, executor, dispatchLog } = this.#deps
    const { id: jobId, runId, agent } = journal.job
    // Durable with the first intent, in one commit.
    const { id: executorId, release, leaseMs } = executor
    const version = agents.has(agent) && { agentVersion: agents.get(agent).version }
    journal.append({ type: 'attempt.started', at: clock.now(), executorId, release, leaseMs, ...version })
    const attempt = new Attempt(journal, { clock, executor, outer })
    const dispatches = new AttemptDispatches(dispatchLog, runId)
    this.#inHand.set(jobId, attempt)
    try {
      const ending = await this.#ending(journal, { attempt, dispatches })
      if (ending) journal.append(ending)
    } finally {
      attempt.end()
    }
    await journal.flush()
    dispatches.settle(journal.turn)
  }

  async #ending(
    journal: JobJournal,
    { attempt, dispatches }: { readonly attempt: Attempt; readonly dispatches: AttemptDispatches },
  ): Promise<Ending | null> {
    const { agents, clock, feed, logger, telemetry } = this.#deps
    const { id, agent: name, input } = journal.job
    const { signal } = attempt
    try {
      const agent = agents.get(name)
      const pause = (): boolean => attempt.isUsedUp()
      const publish = (text: string): void => {
        feed.publish(id, { kind: 'text', text })
      }
      // A stream costs far more than a whole answer, so it is for watchers.
      const onText = () => (feed.isWatched(id) ? publish : undefined)
      const origin = originOf(journal.job, telemetry)
      const [running, writes] = [this.#running, writeJournal(journal, agent)]
      const run = { origin, agent, input, journal, signal, onText, pause, dispatches, running, writes }
      const outcome = await runTurn(run, this.#deps)
      return this.#endingFor(outcome, journal)
    } catch (error) {
      if (journal.failure) throw journal.failure.error
      if (error instanceof CanceledError && signal.aborted) return this.#stop.ending(attempt)
      logger.error('A job cannot go on and fails.', error, aboutWork(journal.job))
      return { type: 'job.failed', at: clock.now(), error: publicError(error) }
    }
  }

  #endingFor(outcome: TurnOutcome, { job, turn }: JobJournal): Ending {
    const { clock, random, limits } = this.#deps
    const at = clock.now()
    switch (outcome.kind) {
      case 'finished':
        return { type: 'job.completed', at, ...outcome.end }
      case 'paused':
        return { type: 'attempt.released', at }
      case 'await':
        return { type: 'job.waiting', at, wait: { reason: 'outcome_unknown', calls: shownCalls(outcome.calls) } }
      case 'await_approval':
        return { type: 'job.waiting', at, wait: approvalWait(outcome.calls) }
      case 'model_failed': {
        const error = publicError(outcome.error)
        if (givesUp(turn, limits, at)) return { type: 'job.failed', at, error }
        const retryAfterMs = outcome.error instanceof ModelError ? outcome.error.retryAfterMs : undefined
        const delay = retryDelayMs({ failures: turn.failures, retryAfterMs, chance: random.fraction() })
        const until = Math.min(at + delay, job.deadlineAt)
        return { type: 'job.waiting', at, wait: { reason: 'retry', until, error } }
      }
    }
  }
}

function isConflict(error: unknown): boolean {
  return error instanceof AppError && error.code === 'version_conflict'
}

function publicError(error: unknown): JobError {
  if (error instanceof AppError) return { code: error.code, message: error.message }
  return { code: 'internal_error', message: 'Something went wrong on our side. The logs of the service say what.' }
}
