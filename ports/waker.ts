import type { JobRecord } from '#domain/job/job.ts'
import type { Wake } from '#domain/job/wake.ts'

export type WokenJob = Pick<JobRecord, 'id' | 'tenantId'>

/**
 * Delivers wakes. A wake may come early, late or twice, and the job decides for itself what is due.
 * Stores call this in the commit that makes a wake necessary, so no use-case can forget it.
 * An implementation is correct when `test/contracts/waker.contract.ts` passes.
 */
export interface Waker {
  /** Wake `job` as `wake` says, in place of any earlier request for that job; `null` means not at all. */
  wakeAt(job: WokenJob, wake: Wake | null): Promise<void>
}
