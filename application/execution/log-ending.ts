import type { JobError, JobRecord } from '#domain/job/job.ts'
import type { Clock } from '#ports/clock.ts'
import type { LogFields, Logger } from '#ports/logger.ts'
import { aboutWork } from '../job/log-fields.ts'

/** Says how an attempt has left its job: as a warning where it failed, with why, and when it is tried again. */
export function logEnding({ logger, clock }: { readonly logger: Logger; readonly clock: Clock }, job: JobRecord): void {
  const { attempt, status } = job
  const failure = failureOf(job, clock.now())
  const fields = { ...aboutWork(job), attempt, status, ...failure }
  if (failure) logger.warn('An attempt has ended.', fields)
  else logger.info('An attempt has ended.', fields)
}

function failureOf(job: JobRecord, now: number): LogFields | null {
  if (job.status === 'failed') return why(job.error)
  if (job.status !== 'waiting' || job.wait.reason !== 'retry') return null
  const { error, until } = job.wait
  return { ...why(error), retryInSeconds: Math.max(0, Math.ceil((until - now) / 1000)) }
}

function why({ code, message: reason }: JobError): LogFields {
  return { code, reason }
}
