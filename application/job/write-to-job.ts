import { JobNotFoundError } from '#domain/job/errors.ts'
import { VersionConflictError } from '#domain/storage/errors.ts'
import type { JobRecord } from '#domain/job/job.ts'
import type { Actor } from '#domain/tenant/actor.ts'
import type { JobStore } from '#ports/job-store.ts'
import { JobJournal } from './job-journal.ts'

/** Between reading and writing, an executor may write a few times; it cannot do so for ever. */
const MOST_TRIES = 20

export interface JobKey {
  readonly tenantId: string
  readonly jobId: string
}

/** What a caller wants done with a job. */
export interface JobCommand extends JobKey {
  readonly by: Actor
}

/**
 * Writes to a job from outside of its execution. `decide` appends what is to happen, or nothing; it is asked again with
 * the newer state when another writer came first.
 *
 * @throws {JobNotFoundError} also for another tenant's job, and what `decide` throws.
 */
export async function writeToJob(
  jobs: JobStore,
  { tenantId, jobId }: JobKey,
  decide: (journal: JobJournal) => void,
): Promise<JobRecord> {
  for (let tries = 1; ; tries++) {
    const state = await jobs.load(jobId)
    if (state?.job.tenantId !== tenantId) throw new JobNotFoundError(jobId)
    try {
      const journal = new JobJournal(jobs, state)
      decide(journal)
      await journal.flush()
      return journal.job
    } catch (error) {
      if (!(error instanceof VersionConflictError) || tries === MOST_TRIES) throw error
    }
  }
}
