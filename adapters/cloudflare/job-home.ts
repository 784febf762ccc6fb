import type { JobHome } from '#adapters/http/resources/jobs/job-home.ts'
import type { DeleteJobCommand } from '#application/job/delete-job.ts'
import { AppError } from '#domain/app-error.ts'
import { JobNotFoundError } from '#domain/job/errors.ts'
import { ProposalNotFoundError } from '#domain/write/errors.ts'
import { jobIdIn } from '#domain/write/write.ts'
import type { JobRecord } from '#domain/job/job.ts'
import { type JobAnswer, type JobNamespace, type JobStub, RefusedError, isJobId, refusalOf } from './job-stub.ts'
import { type Asking, askObject } from './outage.ts'

/** In the object: what the use-case says, or why it refuses. */
export async function answer(work: () => Promise<JobRecord>): Promise<JobAnswer> {
  try {
    return { job: await work() }
  } catch (error) {
    if (error instanceof AppError) return { refusal: refusalOf(error) }
    throw error
  }
}

const REPEATABLE: Asking = { repeatable: true }
const ONCE: Asking = { repeatable: false }

/** In the Worker: use-cases of one job, carried out in its object. */
export function jobHome(objects: JobNamespace): JobHome {
  /** A second cancel or question finds what the first has left; a second resolution, redelivery or deletion would be refused. */
  const ask = <T>(jobId: string, call: (object: JobStub) => Promise<T>, asking: Asking = REPEATABLE): Promise<T> => {
    if (!isJobId(jobId)) throw new JobNotFoundError(jobId)
    return askObject(() => call(objects.getByName(jobId)), asking)
  }
  return {
    cancelJob: { execute: async (command) => jobIn(await ask(command.jobId, (object) => object.cancel(command))) },
    resolveCall: {
      execute: async (command) => jobIn(await ask(command.jobId, (object) => object.resolve(command), ONCE)),
    },
    // A second decision finds what the first has left.
    decideProposal: {
      execute: async (command) => {
        const jobId = jobIdIn(command.proposalId)
        if (jobId === null || !isJobId(jobId)) throw new ProposalNotFoundError(command.proposalId)
        return jobIn(await ask(jobId, (object) => object.decide(command)))
      },
    },
    redeliver: {
      execute: async (command) => jobIn(await ask(command.jobId, (object) => object.redeliver(command), ONCE)),
    },
    deleteJob: {
      execute: async (command: DeleteJobCommand) => {
        const refusal = await ask(command.jobId, (object) => object.remove(command), ONCE)
        if (refusal) throw new RefusedError(refusal)
      },
    },
    waitForJob: {
      execute: async ({ tenantId, jobId, waitMs }) =>
        known(await ask(jobId, (object) => object.wait({ tenantId, jobId, waitMs })), jobId),
    },
    openEvents: async (query) => known(await ask(query.jobId, (object) => object.watch(query)), query.jobId),
  }
}

function jobIn(said: JobAnswer): JobRecord {
  if ('job' in said) return said.job
  throw new RefusedError(said.refusal)
}

function known<T>(found: T | null, jobId: string): T {
  if (found === null) throw new JobNotFoundError(jobId)
  return found
}
