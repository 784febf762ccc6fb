import type { TurnEvent } from '../agent/turn-event.ts'
import { InvalidTransitionError } from './errors.ts'
import type { DeliveryEvent } from '../callback/delivery.ts'
import type { AttemptStarted, JobEnding, JobEvent, JobSubmitted, JobWaiting, LeaseRenewed } from './event.ts'
import { isWithinHour } from './limits.ts'
import { type JobFields, type JobRecord, isFinished } from './job.ts'
import { strikesBefore } from './strikes.ts'
import { reportedCall } from './unknown-calls.ts'
import { withoutCall } from './wait.ts'
import type { WriteEvent } from '../write/event.ts'

type LivingEvent = Exclude<JobEvent, JobEnding | DeliveryEvent | WriteEvent>

/** Servers that do not know its agent may leave a job with any wait. */
const mayWait = (job: JobRecord, event: LivingEvent): boolean =>
  isRunning(job) || (event.type === 'job.waiting' && event.wait.reason === 'unknown_agent')
const isRunning = ({ status }: JobRecord): boolean => status === 'running'
const isRunningOn = (job: JobRecord): boolean => isRunning(job) && job.cancelRequestedAt === null
/** Calls of a waiting job can be resolved from outside. */
const isRunningOrWaiting = ({ status }: JobRecord): boolean => status === 'running' || status === 'waiting'

/** What can happen to a living job, by the event. */
const MAY_HAPPEN: Readonly<Record<LivingEvent['type'], (job: JobRecord, event: LivingEvent) => boolean>> = {
  'job.submitted': () => false,
  'job.cancel_requested': () => true,
  'job.resumed': ({ status }) => status === 'waiting',
  'job.waiting': mayWait,
  'attempt.started': ({ cancelRequestedAt }) => cancelRequestedAt === null,
  'attempt.released': isRunning,
  'lease.renewed': isRunning,
  // No call begins after a request to cancel the job.
  'model_call.started': isRunningOn,
  'model_call.completed': isRunning,
  'model_call.failed': isRunning,
  'model.switched': isRunning,
  'output.refused': isRunning,
  'tool_call.approval_requested': isRunningOn,
  'tool_call.approved': ({ status }) => status === 'waiting',
  'tool_call.started': isRunningOn,
  'tool_call.completed': isRunningOrWaiting,
  'tool_call.reopened': isRunningOrWaiting,
}

/**
 * What a living job becomes.
 * @throws {InvalidTransitionError} when `event` cannot happen to it.
 */
export function transition(job: JobRecord, event: LivingEvent): JobRecord {
  if (isFinished(job) || !MAY_HAPPEN[event.type](job, event))
    throw new InvalidTransitionError(job.id, job.status, event.type)
  if (event.type === 'attempt.started') return startAttempt(job, event)
  if (event.type === 'job.waiting') return startWait(job, event)
  if (event.type === 'attempt.released' || event.type === 'job.resumed') {
    return { ...fieldsOf(job, event.at), status: 'queued', runAt: event.at }
  }
  if (event.type === 'job.cancel_requested') {
    // The first request counts.
    if (job.cancelRequestedAt !== null) return { ...job, updatedAt: event.at }
    return { ...job, updatedAt: event.at, cancelRequestedAt: event.at, cancelRequestedBy: event.by }
  }
  return progress(job, event)
}

function startAttempt(job: JobRecord, { at, executorId, release, leaseMs, ...agent }: AttemptStarted): JobRecord {
  const { since, count } = job.attemptsPerHour
  return {
    ...fieldsOf(job, at),
    agentVersion: agent.agentVersion ?? job.agentVersion,
    status: 'running',
    attempt: job.attempt + 1,
    strikes: strikesBefore(job, { at, release }),
    attemptsPerHour: isWithinHour(since, at) ? { since, count: count + 1 } : { since: at, count: 1 },
    startedAt: job.startedAt ?? at,
    lease: { executorId, release, since: at, durationMs: leaseMs, expiresAt: at + leaseMs },
  }
}

function startWait(job: JobRecord, { at, wait }: JobWaiting): JobRecord {
  const strikes = wait.reason === 'unknown_agent' ? strikesBefore(job, { at, release: null }) : 0
  return { ...fieldsOf(job, at), strikes, status: 'waiting', wait }
}

type Progress = TurnEvent | LeaseRenewed | JobSubmitted

function progress(job: JobRecord, event: Progress): JobRecord {
  const { type, at } = event
  const strikes = type.endsWith('.completed') ? 0 : job.strikes
  if (job.status !== 'running') return { ...withoutResolved(job, event), strikes, updatedAt: at }
  const lease = type === 'lease.renewed' ? { ...job.lease, expiresAt: at + job.lease.durationMs } : job.lease
  return { ...job, strikes, updatedAt: at, lease }
}

/** A waiting job no longer waits for a call that has been answered. */
function withoutResolved(job: JobRecord, event: Progress): JobRecord {
  if (job.status !== 'waiting') return job
  const callId = event.type === 'tool_call.approved' ? event.callId : reportedCall(event)
  return { ...job, wait: withoutCall(job.wait, callId) }
}

/** Keeps what every status has and drops what only the old one had (a lease, a runAt). */
export function fieldsOf(job: JobRecord, now: number): JobFields {
  return {
    id: job.id,
    runId: job.runId,
    tenantId: job.tenantId,
    agent: job.agent,
    agentVersion: job.agentVersion,
    input: job.input,
    options: job.options,
    deliveries: job.deliveries,
    writes: job.writes,
    attempt: job.attempt,
    strikes: job.strikes,
    attemptsPerHour: job.attemptsPerHour,
    version: job.version,
    createdAt: job.createdAt,
    createdBy: job.createdBy,
    updatedAt: now,
    deadlineAt: job.deadlineAt,
    startedAt: job.startedAt,
    cancelRequestedAt: job.cancelRequestedAt,
    cancelRequestedBy: job.cancelRequestedBy,
    receipt: job.receipt,
  }
}
