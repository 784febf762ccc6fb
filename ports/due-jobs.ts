import type { WakeKind } from '#domain/job/wake.ts'
import type { WokenJob } from './waker.ts'

/** What a tenant's jobs are waiting for, of one kind of work. */
export interface TenantWakes {
  readonly tenantId: string
  /** Whether a job's time has come. */
  readonly isDue: boolean
  /** When the next job's time comes (epoch ms); `null` when none is set. */
  readonly nextAt: number | null
}

export interface DueQuery {
  readonly kind: WakeKind
  readonly tenantId: string
  /** Epoch ms. */
  readonly now: number
  readonly limit: number
}

/**
 * The jobs whose wake time has come, for a runtime that keeps many jobs in one store. What a question costs does not depend on how many
 * jobs of other tenants are due.
 * An implementation is correct when `test/contracts/due-jobs.contract.ts` passes.
 */
export interface DueJobs {
  /** Every tenant whose jobs are to be woken for this kind of work, now or later. */
  tenants(kind: WakeKind, now: number): Promise<readonly TenantWakes[]>

  /** Ids of the tenant's jobs to wake at `now` for this kind of work, longest due first, at most `limit`. */
  due(query: DueQuery): Promise<readonly string[]>

  /**
   * Jobs whose last change is ahead of `now` (`isAhead`), because the clock was set back since. Their wake may come as
   * much too late. For an executor that knows that its clock was set back; which of them are due the jobs say
   * themselves.
   */
  ahead(kind: WakeKind, now: number): Promise<readonly WokenJob[]>

  /**
   * Makes every running job due at once, and says how many. For an executor that knows it is alone: the executors that
   * ran them are dead.
   */
  expediteRunning(): Promise<number>
}
