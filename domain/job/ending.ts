import { reportOf } from '../agent/report.ts'
import { doubtfulCalls } from '../agent/doubtful-calls.ts'
import type { Turn } from '../agent/turn.ts'
import { InvalidTransitionError } from './errors.ts'
import type { JobEnding, JobEvent } from './event.ts'
import { type FinishedJob, type JobRecord, isFinished } from './job.ts'
import { fieldsOf } from './transitions.ts'
import { namesOf, shownCalls } from './unknown-calls.ts'

/**
 * The one terminal outcome of a job.
 * @throws {InvalidTransitionError} when there is one already, or what ends the job cannot happen to it.
 */
export function finish(job: JobRecord, turn: Turn, event: JobEnding): FinishedJob {
  const { type, at } = event
  if (isFinished(job)) throw new InvalidTransitionError(job.id, job.status, type)
  const fields = { ...fieldsOf(job, at), finishedAt: at }
  switch (type) {
    case 'job.failed':
      return { ...fields, status: 'failed', error: event.error, unknownCalls: shownCalls(doubtfulCalls(turn)) }
    case 'job.canceled':
      if (job.cancelRequestedAt === null) throw new InvalidTransitionError(job.id, job.status, type)
      return { ...fields, status: 'canceled', unknownCalls: shownCalls(doubtfulCalls(turn)) }
    case 'job.completed': {
      if (job.status !== 'running') throw new InvalidTransitionError(job.id, job.status, type)
      const { stopReason, output } = event
      const startedAt = job.startedAt ?? job.createdAt
      const heading = { agent: job.agent, stopReason, startedAt, finishedAt: at }
      return {
        ...fields,
        status: 'completed',
        report: reportOf(turn, { ...heading, ...(output !== undefined && { output }) }),
      }
    }
  }
}

/** The event as it is recorded: one that ends the job before its turn names the calls whose outcome is not known. */
export function naming(event: JobEvent, turn: Turn): JobEvent {
  if (event.type !== 'job.failed' && event.type !== 'job.canceled') return event
  const unknownCalls = namesOf(shownCalls(doubtfulCalls(turn)))
  return unknownCalls.length > 0 ? { ...event, unknownCalls } : event
}
