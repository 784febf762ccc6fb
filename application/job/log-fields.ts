import type { JobRecord } from '#domain/job/job.ts'
import { traceIdOf } from '#domain/trace/span-ids.ts'
import type { LogFields } from '#ports/logger.ts'

/** What each log line about a job says, so that it is found by job, by tenant and by trace. */
export function about({ id: jobId, runId, tenantId, options: { trace } }: LoggedJob): LogFields {
  return { jobId, tenantId, traceId: traceIdOf({ runId, trace }) }
}

/** The same with the agent. */
export function aboutWork(job: LoggedJob & Pick<JobRecord, 'agent'>): LogFields {
  return { ...about(job), agent: job.agent }
}

type LoggedJob = Pick<JobRecord, 'id' | 'runId' | 'tenantId' | 'options'>
