import type { AgentRegistry } from '#domain/agent/registry.ts'
import { AppError, CanceledError, VersionConflictError } from '#domain/errors.ts'
import { type Executor, mayClaim } from '#domain/job/claim.ts'
import type { JobError } from '#domain/job/job.ts'
import { nextWakeAt } from '#domain/job/wake.ts'
import type { JobStore } from '#ports/job-store.ts'
import type { Logger } from '#ports/logger.ts'
import type { Waker } from '#ports/waker.ts'
import { JobJournal } from './job-journal.ts'
import { type TurnDeps, runTurn } from './run-turn.ts'

export interface ExecuteJobDeps extends TurnDeps {
  readonly agents: AgentRegistry
  readonly jobs: JobStore
  readonly waker: Waker
  readonly logger: Logger
  readonly executor: Executor
}

/** Does whatever is due for one job: begins it, or goes on where an earlier attempt was cut off. */
export class ExecuteJob {
  readonly #deps: ExecuteJobDeps
  readonly #inHand = new Set<string>()

  constructor(deps: ExecuteJobDeps) {
    this.#deps = deps
  }

  /**
   * Returns when the job is finished, is somebody else's, or `signal` has stopped the work; then it can be resumed.
   * @throws when the store fails. The job stays as it was last saved and its next wake stands.
   */
  async execute(jobId: string, signal: AbortSignal): Promise<void> {
    if (this.#inHand.has(jobId)) return
    this.#inHand.add(jobId)
    try {
      await this.#wake(jobId, signal)
    } finally {
      this.#inHand.delete(jobId)
    }
  }

  async #wake(jobId: string, signal: AbortSignal): Promise<void> {
    const { jobs, waker, clock, executor } = this.#deps
    const job = await jobs.load(jobId)
    if (!job) return
    if (!mayClaim(job, executor, clock.now())) {
      await waker.wakeAt(jobId, nextWakeAt(job))
      return
    }
    const journal = await JobJournal.open(jobs, job)
    try {
      // Durable with the first intent, in one commit.
      journal.append({ type: 'attempt.started', at: clock.now(), executorId: executor.id, leaseMs: executor.leaseMs })
      await this.#attempt(jobId, job.agent, { journal, signal })
      await journal.flush()
    } catch (error) {
      if (!(error instanceof VersionConflictError)) throw error
      this.#deps.logger.warn('Another executor has the job; this attempt ends.', { jobId })
    }
  }

  /** Appends the ending, unless the attempt was stopped from outside. */
  async #attempt(
    jobId: string,
    agentName: string,
    { journal, signal }: { journal: JobJournal; signal: AbortSignal },
  ): Promise<void> {
    const { agents, clock, logger } = this.#deps
    try {
      const agent = agents.get(agentName)
      const stopReason = await runTurn({ id: jobId, agent, journal, signal, onText: undefined }, this.#deps)
      journal.append({ type: 'job.completed', at: clock.now(), stopReason })
      logger.info('Job completed.', { jobId, agent: agentName, stopReason })
    } catch (error) {
      if (journal.broken) throw error
      if (error instanceof CanceledError && signal.aborted) return
      logger.error('Job failed.', error, { jobId, agent: agentName })
      journal.append({ type: 'job.failed', at: clock.now(), error: publicError(error) })
    }
  }
}

function publicError(error: unknown): JobError {
  if (error instanceof AppError) return { code: error.code, message: error.message }
  return { code: 'internal_error', message: 'Something went wrong on our side. The logs of the service say what.' }
}
