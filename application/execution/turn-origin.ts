import type { JobRecord } from '#domain/job/job.ts'
import type { TurnOrigin } from '../agent/call-tool.ts'
import { type Sampling, runTrace } from '../agent/run-trace.ts'

/** What the turn of a job is carried out for, in the attempt that is under way. */
export function originOf(job: JobRecord, telemetry: Sampling): TurnOrigin {
  const { id: jobId, runId, tenantId, createdBy: submittedBy, attempt, options } = job
  return { runId, tenantId, submittedBy, jobId, trace: runTrace({ runId, trace: options.trace }, attempt, telemetry) }
}
