import { eventsOpener } from '#adapters/http/sse.ts'
import { CancelJob } from '#application/cancel-job.ts'
import { DeleteJob } from '#application/delete-job.ts'
import { Redeliver } from '#application/redeliver.ts'
import { ResolveCall } from '#application/resolve-call.ts'
import { WaitForJob } from '#application/wait-for-job.ts'
import { WatchJob } from '#application/watch-job.ts'
import type { httpApp } from './container.ts'
import type { DependencyContainer } from './tsyringe.ts'

/** For `httpApp`, where the jobs live in the process that answers. */
export function localHome(container: DependencyContainer): Parameters<typeof httpApp>[1] {
  return {
    cancelJob: container.resolve(CancelJob),
    resolveCall: container.resolve(ResolveCall),
    deleteJob: container.resolve(DeleteJob),
    redeliver: container.resolve(Redeliver),
    waitForJob: container.resolve(WaitForJob),
    openEvents: eventsOpener(container.resolve(WatchJob)),
  }
}
