import type { Redeliver } from '#application/callback/redeliver.ts'
import type { CancelJob } from '#application/job/cancel-job.ts'
import type { DeleteJob } from '#application/job/delete-job.ts'
import type { ResolveCall } from '#application/job/resolve-call.ts'
import type { WaitForJobQuery } from '#application/job/wait-for-job.ts'
import type { WatchJobQuery } from '#application/job/watch-job.ts'
import type { DecideProposal } from '#application/write/decide-proposal.ts'
import type { JobRecord } from '#domain/job/job.ts'

/** What is carried out where the job lives. */
export interface JobHome {
  readonly cancelJob: Pick<CancelJob, 'execute'>
  readonly resolveCall: Pick<ResolveCall, 'execute'>
  readonly deleteJob: Pick<DeleteJob, 'execute'>
  readonly decideProposal: Pick<DecideProposal, 'execute'>
  readonly waitForJob: { execute(query: WaitForJobQuery): Promise<JobRecord> }
  readonly openEvents: OpenEvents
  readonly redeliver: Pick<Redeliver, 'execute'>
}

/** The job's events as Server-Sent Events, from where the job lives. @throws {JobNotFoundError} */
export type OpenEvents = (query: Omit<WatchJobQuery, 'signal'>) => Promise<ReadableStream<Uint8Array>>
