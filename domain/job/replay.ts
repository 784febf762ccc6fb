import { type AgentReport, reportOf } from '../agent/report.ts'
import { type Turn, applyTurnEvent, startTurn } from '../agent/turn.ts'
import type { TurnEvent } from '../agent/turn-event.ts'
import { InvalidTransitionError } from '../errors.ts'
import type { AttemptStarted, JobCompleted, JobEvent, JobSubmitted, StoredEvent } from './event.ts'
import { type JobFields, type JobRecord, type QueuedJob, isFinished } from './job.ts'

/** A job and the turn it carries out: all that its journal says. */
export interface JobState {
  readonly job: JobRecord
  readonly turn: Turn
}

// Pure: no clock, no ids, no I/O. `version` is the store's count of commits, so the journal alone does not know it.

export function submit(event: JobSubmitted): JobState & { readonly job: QueuedJob } {
  const { jobId, tenantId, agent, input, at } = event
  const job = {
    id: jobId,
    tenantId,
    agent,
    input,
    attempt: 0,
    version: 1,
    createdAt: at,
    updatedAt: at,
    startedAt: null,
  }
  return { job: { ...job, status: 'queued', runAt: at }, turn: startTurn(input) }
}

/** @throws {InvalidTransitionError} when `event` cannot happen to a job in this state. */
export function evolve({ job, turn }: JobState, event: JobEvent): JobState {
  switch (event.type) {
    case 'job.submitted':
      throw new InvalidTransitionError(job.id, job.status, event.type)
    case 'attempt.started':
      return { job: startAttempt(job, event), turn }
    case 'job.completed':
      return { job: complete({ job, turn }, event), turn }
    case 'job.failed':
      if (isFinished(job)) throw new InvalidTransitionError(job.id, job.status, event.type)
      return { job: { ...fieldsOf(job, event.at), status: 'failed', error: event.error, finishedAt: event.at }, turn }
    case 'model_call.started':
    case 'model_call.completed':
    case 'tool_call.started':
    case 'tool_call.completed':
      return { job: progress(job, event), turn: applyTurnEvent(turn, event) }
  }
}

function startAttempt(job: JobRecord, { type, at, executorId, leaseMs }: AttemptStarted): JobRecord {
  if (isFinished(job)) throw new InvalidTransitionError(job.id, job.status, type)
  const fields = fieldsOf(job, at)
  const lease = { executorId, durationMs: leaseMs, expiresAt: at + leaseMs }
  return { ...fields, status: 'running', attempt: job.attempt + 1, startedAt: job.startedAt ?? at, lease }
}

function progress(job: JobRecord, { type, at }: TurnEvent): JobRecord {
  if (job.status !== 'running') throw new InvalidTransitionError(job.id, job.status, type)
  return { ...job, updatedAt: at, lease: { ...job.lease, expiresAt: at + job.lease.durationMs } }
}

function complete({ job, turn }: JobState, { type, at, stopReason }: JobCompleted): JobRecord {
  if (job.status !== 'running') throw new InvalidTransitionError(job.id, job.status, type)
  const report: AgentReport = reportOf(turn, {
    agent: job.agent,
    stopReason,
    startedAt: job.startedAt ?? job.createdAt,
    finishedAt: at,
  })
  return { ...fieldsOf(job, at), status: 'completed', report, finishedAt: at }
}

/** Keeps what every status has and drops what only the old one had (a lease, a runAt). */
function fieldsOf(job: JobRecord, now: number): JobFields {
  const { id, tenantId, agent, input, attempt, version, createdAt, startedAt } = job
  return { id, tenantId, agent, input, attempt, version, createdAt, startedAt, updatedAt: now }
}

/**
 * The job as its journal tells it. `version` is the one the store holds.
 * @throws {RangeError} when the journal does not begin with the submission, or has a gap.
 */
export function replay(journal: readonly StoredEvent[], version: number): JobState {
  const [first, ...rest] = journal
  if (first?.event.type !== 'job.submitted') throw new RangeError('A journal must begin with "job.submitted".')
  journal.forEach(({ seq }, index) => {
    if (seq !== index + 1)
      throw new RangeError(`The journal jumps to ${String(seq)} where ${String(index + 1)} belongs.`)
  })
  const { job, turn } = rest.reduce<JobState>((state, { event }) => evolve(state, event), submit(first.event))
  return { job: { ...job, version }, turn }
}
