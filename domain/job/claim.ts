import { isAhead } from '../time/clock-step.ts'
import { type JobRecord, isFinished } from './job.ts'
import { runsAt } from './wake.ts'

/** Who wants to carry out jobs. */
export interface Executor {
  /** New with every start of a process or object. */
  readonly id: string
  /** Names the deployed code, and differs from deploy to deploy; `null` where nothing names it. */
  readonly release: string | null
  readonly leaseMs: number
  /** True if no other executor can use this store, so that the lease of another executor is dead. */
  readonly alone: boolean
  /** Longest time for one attempt before it lets go and is woken again; `null` where nothing limits it. */
  readonly sliceMs: number | null
}

/**
 * Whether `executor` may do now what is due for `job`: its time has come, or it was held by an executor that must be dead.
 * Where executors share a store, the clock of one proves nothing about the lease of another: `LeaseWatch` and `DispatchLog` do.
 */
export function mayClaim(job: JobRecord, executor: Executor, now: number): boolean {
  if (isFinished(job)) return false
  if (job.status === 'running' && job.lease.executorId !== executor.id) return executor.alone
  return runsAt(job) <= now || isHeldBack(job, now)
}

/** Whether only a clock that was set back keeps its time from coming. It may come early then, and never as late as the clock. */
function isHeldBack(job: Exclude<JobRecord, { readonly finishedAt: number }>, now: number): boolean {
  switch (job.status) {
    case 'queued':
      // Only a job that was due when it was stored. One that was to begin later waits for its own time.
      return job.runAt <= job.updatedAt && isAhead(job.updatedAt, now)
    case 'running':
      return isAhead(job.lease.expiresAt - job.lease.durationMs, now)
    case 'waiting':
      return job.wait.reason !== 'outcome_unknown' && job.wait.reason !== 'approval' && isAhead(job.updatedAt, now)
  }
}
