import type { NamedCall } from '../agent/doubtful-calls.ts'
import type { UnknownCall } from '../agent/open-calls.ts'
import type { JobEvent } from './event.ts'
import { type FinishedJob, type JobRecord, type WaitingCall, isFinished } from './job.ts'

/** Calls of unknown outcome as a job shows them. */
export function shownCalls(calls: readonly UnknownCall[]): readonly WaitingCall[] {
  return calls.map(({ call: { id, name, input }, startedAt }) => ({ callId: id, name, input, startedAt }))
}

/** Without what they were called with, which may be large. */
export function namesOf(calls: readonly WaitingCall[]): readonly NamedCall[] {
  return calls.map(({ callId, name }) => ({ callId, name }))
}

/** The calls whose outcome a person may report: those that a job waits for, or that were left open when it ended. */
export function unknownCallsOf(job: JobRecord): readonly WaitingCall[] {
  if (isFinished(job)) return job.status === 'completed' ? [] : job.unknownCalls
  return job.status === 'waiting' && job.wait.reason === 'outcome_unknown' ? job.wait.calls : []
}

/** The finished job with the outcome that `event` reports on record; `null` when `event` reports none of its unknown calls. */
export function withOutcome(job: FinishedJob, event: JobEvent): FinishedJob | null {
  const callId = reportedCall(event)
  if (job.status === 'completed' || !job.unknownCalls.some((call) => call.callId === callId)) return null
  return { ...job, updatedAt: event.at, unknownCalls: job.unknownCalls.filter((call) => call.callId !== callId) }
}

/** Whether `events`, the last ones of `job`, report an outcome after its end. What its index entry says of its calls is another then. */
export function reportsLate(job: JobRecord, events: readonly JobEvent[]): boolean {
  return isFinished(job) && events.some((event) => reportedCall(event) !== null)
}

/** The call whose outcome `event` reports, if it reports any. */
export function reportedCall(event: JobEvent): string | null {
  if (event.type === 'tool_call.completed') return event.result.callId
  return event.type === 'tool_call.reopened' ? event.callId : null
}
