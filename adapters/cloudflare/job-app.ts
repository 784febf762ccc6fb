import type { CancelJob } from '#application/job/cancel-job.ts'
import type { DeleteJob } from '#application/job/delete-job.ts'
import type { DeliverCallbacks } from '#application/callback/deliver-callbacks.ts'
import type { ExecuteJob } from '#application/execution/execute-job.ts'
import type { Redeliver } from '#application/callback/redeliver.ts'
import type { ResolveCall } from '#application/job/resolve-call.ts'
import type { WaitForJob } from '#application/job/wait-for-job.ts'
import type { WatchJob } from '#application/job/watch-job.ts'
import type { CarryOutWrites } from '#application/write/carry-out-writes.ts'
import type { DecideProposal } from '#application/write/decide-proposal.ts'
import type { Executor } from '#domain/job/claim.ts'

/** The use-cases of a job, and the name as an executor that this instance of its object has. */
export interface JobApp {
  readonly executeJob: ExecuteJob
  readonly deliverCallbacks: DeliverCallbacks
  readonly deleteJob: DeleteJob
  readonly carryOutWrites: CarryOutWrites
  readonly decideProposal: DecideProposal
  readonly cancelJob: CancelJob
  readonly resolveCall: ResolveCall
  readonly redeliver: Redeliver
  readonly waitForJob: WaitForJob
  readonly watchJob: WatchJob
  readonly executor: Executor
  /** Delivers what telemetry has recorded. Never rejects; done at once where it is off. */
  readonly flushTelemetry: () => Promise<void>
}
