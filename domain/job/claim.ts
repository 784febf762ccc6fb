import type { JobRecord } from './job.ts'

/** Who wants to carry out jobs. */
export interface Executor {
  /** New with every start of a process or object. */
  readonly id: string
  readonly leaseMs: number
  /** True where nobody else can be executing jobs of this store, so that another executor's lease is a dead one's. */
  readonly alone: boolean
}

/** Whether `executor` may begin an attempt at `job` now. */
export function mayClaim(job: JobRecord, executor: Executor, now: number): boolean {
  if (job.status === 'queued') return job.runAt <= now
  if (job.status !== 'running') return false
  return job.lease.expiresAt <= now || (executor.alone && job.lease.executorId !== executor.id)
}
