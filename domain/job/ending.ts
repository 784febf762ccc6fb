import { reportOf } from '../agent/report.ts'
import { type Turn, unknownCalls } from '../agent/turn.ts'
import { InvalidTransitionError } from '../errors.ts'
import type { JobEnding } from './event.ts'
import { type FinishedJob, type JobRecord, isFinished } from './job.ts'
import { fieldsOf } from './transitions.ts'
import { shownCalls } from './unknown-calls.ts'

/**
 * The one terminal outcome of a job.
 * @throws {InvalidTransitionError} when there is one already, or what ends the job cannot happen to it.
 */
export function finish(job: JobRecord, turn: Turn, event: JobEnding): FinishedJob {
  const { type, at } = event
  if (isFinished(job)) throw new InvalidTransitionError(job.id, job.status, type)
  const fields = { ...fieldsOf(job, at), finishedAt: at, receipt: turn.calls }
  switch (type) {
    case 'job.failed':
      return { ...fields, status: 'failed', error: event.error, unknownCalls: shownCalls(unknownCalls(turn)) }
    case 'job.canceled':
      if (job.cancelRequestedAt === null) throw new InvalidTransitionError(job.id, job.status, type)
      return { ...fields, status: 'canceled', unknownCalls: shownCalls(unknownCalls(turn)) }
    case 'job.completed': {
      if (job.status !== 'running') throw new InvalidTransitionError(job.id, job.status, type)
      const { stopReason } = event
      const startedAt = job.startedAt ?? job.createdAt
      return {
        ...fields,
        status: 'completed',
        report: reportOf(turn, { agent: job.agent, stopReason, startedAt, finishedAt: at }),
      }
    }
  }
}
