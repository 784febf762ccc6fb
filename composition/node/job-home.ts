import type { JobHome } from '#adapters/http/resources/jobs/job-home.ts'
import { eventsOpener } from '#adapters/http/sse.ts'
import { CancelJob } from '#application/job/cancel-job.ts'
import { DeleteJob } from '#application/job/delete-job.ts'
import { Redeliver } from '#application/callback/redeliver.ts'
import { ResolveCall } from '#application/job/resolve-call.ts'
import { WaitForJob } from '#application/job/wait-for-job.ts'
import { DecideProposal } from '#application/write/decide-proposal.ts'
import { WatchJob } from '#application/job/watch-job.ts'
import type { DependencyContainer } from '../tsyringe.ts'

/** Where the jobs live in the process that answers. */
export function localHome(container: DependencyContainer): JobHome {
  return {
    cancelJob: container.resolve(CancelJob),
    resolveCall: container.resolve(ResolveCall),
    deleteJob: container.resolve(DeleteJob),
    decideProposal: container.resolve(DecideProposal),
    redeliver: container.resolve(Redeliver),
    waitForJob: container.resolve(WaitForJob),
    openEvents: eventsOpener(container.resolve(WatchJob)),
  }
}
