import type { WakeKind } from '#domain/job/wake.ts'

/**
 * The jobs whose wake time has come, for a runtime that keeps many jobs in one store.
 * An implementation is correct when `test/contracts/due-jobs.contract.ts` passes.
 */
export interface DueJobs {
  /** Ids of jobs to wake at `now` for this kind of work, longest due first, at most `limit`. */
  due(kind: WakeKind, now: number, limit: number): Promise<readonly string[]>

  /** The earliest wake time for this kind of work; `null` when nothing waits. */
  nextDueAt(kind: WakeKind): Promise<number | null>

  /** Makes every running job due at once, and says how many. For an executor that knows it is alone: whoever ran them is gone. */
  expediteRunning(): Promise<number>
}
