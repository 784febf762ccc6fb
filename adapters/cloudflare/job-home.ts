import type { JobHome } from '#adapters/http/routes/jobs.ts'
import type { Redeliver } from '#application/redeliver.ts'
import type { JobKey } from '#application/write-to-job.ts'
import { AppError, type ErrorCode, JobNotFoundError } from '#domain/errors.ts'
import type { JobRecord } from '#domain/job/job.ts'
import { type JobAnswer, type JobNamespace, type JobStub, type Refusal, isJobId } from './job-stub.ts'

/** In the object: what the use-case says, or why it refuses. */
export async function answer(work: () => Promise<JobRecord>): Promise<JobAnswer> {
  try {
    return { job: await work() }
  } catch (error) {
    if (error instanceof AppError) return { refusal: { code: error.code, message: error.message } }
    throw error
  }
}

/** In the Worker: use-cases of one job, carried out in its object. */
export function jobHome(objects: JobNamespace): JobHome & { readonly redeliver: Pick<Redeliver, 'execute'> } {
  const objectOf = (jobId: string): JobStub => {
    if (!isJobId(jobId)) throw new JobNotFoundError(jobId)
    return objects.getByName(jobId)
  }
  return {
    cancelJob: { execute: async (key) => jobIn(await objectOf(key.jobId).cancel(key)) },
    resolveCall: { execute: async (command) => jobIn(await objectOf(command.jobId).resolve(command)) },
    redeliver: { execute: async (command) => jobIn(await objectOf(command.jobId).redeliver(command)) },
    deleteJob: {
      execute: async (key: JobKey) => {
        const refusal = await objectOf(key.jobId).remove(key)
        if (refusal) throw new RefusedError(refusal)
      },
    },
    waitForJob: {
      execute: async ({ tenantId, jobId, waitMs }) =>
        known(await objectOf(jobId).wait({ tenantId, jobId, waitMs }), jobId),
    },
    openEvents: async (query) => known(await objectOf(query.jobId).watch(query), query.jobId),
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

class RefusedError extends AppError {
  readonly code: ErrorCode

  constructor({ code, message }: Refusal) {
    super(message)
    this.code = code
  }
}
