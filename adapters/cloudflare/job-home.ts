import type { OpenEvents } from '#adapters/http/routes/jobs.ts'
import type { CancelJob } from '#application/cancel-job.ts'
import type { ResolveCall, ResolveCallCommand } from '#application/resolve-call.ts'
import type { JobKey } from '#application/write-to-job.ts'
import { AppError, type ErrorCode, JobNotFoundError } from '#domain/errors.ts'
import type { JobRecord } from '#domain/job/job.ts'
import { type JobAnswer, type JobNamespace, type Refusal, isJobId } from './job-stub.ts'

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
export function jobHome(objects: JobNamespace): {
  readonly cancelJob: Pick<CancelJob, 'execute'>
  readonly resolveCall: Pick<ResolveCall, 'execute'>
  readonly openEvents: OpenEvents
} {
  return {
    cancelJob: { execute: (key: JobKey) => ask(key, () => objects.getByName(key.jobId).cancel(key)) },
    openEvents: (query) => openEvents(objects, query),
    resolveCall: {
      execute: (command: ResolveCallCommand) => ask(command, () => objects.getByName(command.jobId).resolve(command)),
    },
  }
}

async function openEvents(
  objects: JobNamespace,
  query: Parameters<OpenEvents>[0],
): Promise<ReadableStream<Uint8Array>> {
  const stream = isJobId(query.jobId) ? await objects.getByName(query.jobId).watch(query) : null
  if (!stream) throw new JobNotFoundError(query.jobId)
  return stream
}

async function ask({ jobId }: JobKey, work: () => Promise<JobAnswer>): Promise<JobRecord> {
  if (!isJobId(jobId)) throw new JobNotFoundError(jobId)
  const said = await work()
  if ('job' in said) return said.job
  throw new RefusedError(said.refusal)
}

class RefusedError extends AppError {
  readonly code: ErrorCode

  constructor({ code, message }: Refusal) {
    super(message)
    this.code = code
  }
}
