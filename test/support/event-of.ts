import { JOURNAL_FORMAT, type JobSubmitted } from '#domain/job/event.ts'
import type { JobRecord } from '#domain/job/job.ts'
import { TILL } from './fixtures.ts'

/** The event that has made a job which nothing has happened to. */
export function eventOf({ createdAt: at, id: jobId, runId, tenantId, ...job }: JobRecord): JobSubmitted {
  const { agent, input, deadlineAt, options } = job
  return {
    type: 'job.submitted',
    at,
    format: JOURNAL_FORMAT,
    jobId,
    runId,
    tenantId,
    by: TILL,
    agent,
    input,
    deadlineAt,
    options,
  }
}
