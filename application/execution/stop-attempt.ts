import { isDoubtful } from '#domain/agent/doubtful-calls.ts'
import { unknownCalls } from '#domain/agent/open-calls.ts'
import { CanceledError, DeadlineExceededError } from '#domain/job/errors.ts'
import type { Executor } from '#domain/job/claim.ts'
import type { AttemptReleased, JobFailed } from '#domain/job/event.ts'
import type { JobRecord } from '#domain/job/job.ts'
import type { DispatchLog } from '#ports/dispatch-log.ts'
import type { JobStore } from '#ports/job-store.ts'
import { AttemptDispatches } from './attempt-dispatches.ts'
import { Attempt } from './attempt.ts'
import { JobJournal } from '../job/job-journal.ts'
import { settleFromLog } from './settle-from-log.ts'
import type { RunningCall, RunningCalls } from '../agent/running-calls.ts'
import { type SettleDeps, settleCalls } from './settle-calls.ts'

export interface StopAttemptDeps extends SettleDeps {
  readonly jobs: JobStore
  readonly executor: Executor
  readonly dispatchLog: DispatchLog
}

/** A process that stops has less patience with a tool than a job that stops: its supervisor kills it soon. What only reads is left at once. */
const PROCESS_STOP_MS = 5000

const NEVER = new AbortController().signal

/** Settles an attempt that must stop: each of its calls returns, or its outcome counts as unknown. */
export class StopAttempt {
  readonly #deps: StopAttemptDeps
  readonly #running: RunningCalls

  constructor(deps: StopAttemptDeps, running: RunningCalls) {
    this.#deps = deps
    this.#running = running
  }

  /**
   * How the attempt leaves its job, once its calls have returned or were given up. `null` leaves it unchanged because a
   * `once` call still runs. The job keeps its lease, so that no executor probes that call before this process has
   * ended.
   * @throws the reason of the stop where the job has gone on without the attempt.
   */
  async ending(attempt: Attempt): Promise<AttemptReleased | JobFailed | null> {
    const { clock, limits } = this.#deps
    const { journal, lost, signal } = attempt
    const reason: unknown = signal.reason
    const isDeadline = reason instanceof DeadlineExceededError
    if (!isDeadline && !(reason instanceof CanceledError)) throw reason
    const calls = this.#callsOf(journal).filter(({ effect }) => isDeadline || effect !== 'read')
    const stopMs = isDeadline ? limits.toolStopMs : Math.min(limits.toolStopMs, PROCESS_STOP_MS)
    const left = await settleCalls({ calls, journal, lost, stopMs }, this.#deps)
    this.settleFromLog(journal)
    const at = clock.now()
    if (isDeadline) return { type: 'job.failed', at, error: { code: reason.code, message: reason.message } }
    return left.some(({ effect }) => effect === 'once') ? null : { type: 'attempt.released', at }
  }

  /**
   * Ends a job as canceled that was in execution here when the cancel was requested: `attempt`'s journal was refused since.
   * `null` when that is not what has happened.
   */
  async confirmCancel(jobId: string, attempt: Attempt | null): Promise<JobRecord | null> {
    const { jobs, clock, executor } = this.#deps
    const state = await jobs.load(jobId)
    if (state?.job.status !== 'running' || state.job.lease.executorId !== executor.id) return null
    if (state.job.cancelRequestedAt === null) return null
    const journal = new JobJournal(jobs, state)
    if (attempt) journal.takeOver(attempt.journal)
    await this.settle(journal)
    this.settleFromLog(journal)
    journal.append({ type: 'job.canceled', at: clock.now() })
    await journal.flush()
    return journal.job
  }

  /** Before a job ends: a call that was never made, or whose result is known, is none of unknown outcome. */
  settleFromLog(journal: JobJournal): void {
    const { dispatchLog } = this.#deps
    const { status, runId } = journal.job
    if (status !== 'running' && status !== 'waiting') return
    const dispatches = new AttemptDispatches(dispatchLog, runId)
    settleFromLog({ journal, dispatches }, unknownCalls(journal.turn), this.#deps)
  }

  /**
   * Waits until no call of a running job runs in this process any more. An earlier attempt has left them: it lost its lease or its store, or the
   * process was to stop. What they return within the stop limit is recorded. A job that goes on does not wait for what only reads.
   * @throws what the store throws, and when the lease is lost.
   */
  async settle(journal: JobJournal): Promise<void> {
    const { clock, executor, limits } = this.#deps
    const { status, cancelRequestedAt, deadlineAt } = journal.job
    if (status !== 'running') return
    const goesOn = cancelRequestedAt === null && deadlineAt > clock.now()
    const calls = this.#callsOf(journal).filter(({ effect }) => !goesOn || effect !== 'read')
    if (calls.length === 0) return
    // No other executor may confirm the cancel meanwhile, and the last renewal may be one that was refused.
    if (!executor.alone) journal.append({ type: 'lease.renewed', at: clock.now() })
    await journal.flush()
    const holder = new Attempt(journal, { clock, executor, outer: NEVER })
    try {
      await settleCalls({ calls, journal, lost: holder.lost, stopMs: limits.toolStopMs }, this.#deps)
    } finally {
      holder.end()
    }
  }

  #callsOf({ job, turn }: JobJournal): readonly RunningCall[] {
    return this.#running.of(job.runId, (callId) => isDoubtful(turn, callId))
  }
}
