import type { SqlDueJobs } from '#adapters/sql/due-jobs.ts'
import type { SqlJobIndex } from '#adapters/sql/job-index.ts'
import { WAKE_KINDS } from '#domain/job/wake.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { JobNamespace } from './job-stub.ts'

export interface JobSweepDeps {
  readonly due: SqlDueJobs
  readonly index: SqlJobIndex
  readonly jobs: JobNamespace
  readonly clock: Clock
  readonly logger: Logger
}

/** How long after its time a job is looked after: by then its own alarm has done the work, if it was not lost. */
const GRACE_MS = 60_000
/** Most jobs in one sweep: each is a request to its object, and the free plan allows fifty of those (https://developers.cloudflare.com/workers/platform/limits/). */
const MOST = 40
const LATER_MS = 3_600_000

/** Looks after jobs whose time has passed, by what the index says, for alarms have been lost in practice. */
export async function sweepJobs({ due, index, jobs, clock, logger }: JobSweepDeps): Promise<void> {
  const before = clock.now() - GRACE_MS
  const overdue = await Promise.all(
    WAKE_KINDS.map(async (kind) => {
      const tenants = (await due.tenants(kind, before)).filter(({ isDue }) => isDue)
      return Promise.all(tenants.map(({ tenantId }) => due.due({ kind, tenantId, now: before, limit: MOST })))
    }),
  )
  for (const jobId of overdue.flat(2).slice(0, MOST)) {
    try {
      const known = await jobs.getByName(jobId).lookAfter()
      if (!known) await index.remove(jobId)
    } catch (error) {
      logger.error('A job could not be looked after; it will be tried again.', error, { jobId })
      await index.postpone(jobId, clock.now() + LATER_MS)
    }
  }
}
