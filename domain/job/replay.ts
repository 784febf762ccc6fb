import { applyTurnEvent } from '../agent/fold-turn.ts'
import { type Turn, startTurn } from '../agent/turn.ts'
import { isTurnEvent } from '../agent/turn-event.ts'
import { announce, applyDelivery } from '../callback/callback.ts'
import { isDeliveryEvent } from '../callback/delivery.ts'
import { type JobEvent, type JobSubmitted, type StoredEvent, isEnding } from './event.ts'
import { type JobRecord, type QueuedJob, type Receipt, isFinished } from './job.ts'
import { finish } from './ending.ts'
import { refuseNewerEvent } from './known-event.ts'
import { NO_OPTIONS } from './options.ts'
import { transition } from './transitions.ts'
import { withOutcome } from './unknown-calls.ts'
import { isWriteEvent } from '../write/event.ts'
import { applyWriteEvent, followTurn } from '../write/replay.ts'

/** A job and the turn it carries out: all that its journal says. */
export interface JobState {
  readonly job: JobRecord
  readonly turn: Turn
}

// Pure: no clock, no ids, no I/O.

/** @throws {NewerFormatError} when a newer release has begun the journal. */
export function submit(event: JobSubmitted): JobState & { readonly job: QueuedJob } {
  refuseNewerEvent(event.jobId, event)
  const { jobId, runId, tenantId, by, agent, input, at, runAt = at, deadlineAt } = event
  const turn = startTurn(input, event.files)
  const job: QueuedJob = {
    id: jobId,
    runId,
    tenantId,
    agent,
    agentVersion: event.agentVersion ?? null,
    input,
    options: event.options ?? NO_OPTIONS,
    deliveries: [],
    writes: [],
    attempt: 0,
    strikes: 0,
    attemptsPerHour: { since: at, count: 0 },
    version: 1,
    createdAt: at,
    createdBy: by,
    updatedAt: at,
    deadlineAt,
    startedAt: null,
    cancelRequestedAt: null,
    cancelRequestedBy: null,
    status: 'queued',
    receipt: receiptOf(turn),
    runAt,
  }
  return { job, turn }
}

function receiptOf({ calls, usage, cost, spending }: Turn): Receipt {
  return { ...calls, usage, cost, spending }
}

/** @throws {InvalidTransitionError} when `event` cannot happen to a job in this state. @throws {NewerFormatError} */
export function evolve({ job, turn }: JobState, event: JobEvent): JobState {
  refuseNewerEvent(job.id, event)
  const executorId = job.status === 'running' ? job.lease.executorId : null
  const next = isTurnEvent(event) ? applyTurnEvent(turn, event, executorId) : turn
  // What becomes known of a call after the end changes no receipt.
  const receipt = next === turn || isFinished(job) ? job.receipt : receiptOf(next)
  return { job: { ...happened(job, turn, event), receipt, version: job.version + 1 }, turn: next }
}

function happened(job: JobRecord, turn: Turn, event: JobEvent): JobRecord {
  if (isDeliveryEvent(event)) return applyDelivery(job, event)
  if (isWriteEvent(event)) return applyWriteEvent(job, event)
  const resolved = isFinished(job) ? withOutcome(job, event) : null
  if (resolved) return resolved
  const next = isEnding(event) ? finish(job, turn, event) : transition(job, event)
  return announce(followTurn(next, event), event)
}

/**
 * The job as a fold of its journal.
 * @throws {RangeError} when the journal does not begin with the submission, or has a gap.
 */
export function replay(journal: readonly StoredEvent[]): JobState {
  const [first, ...rest] = journal
  if (first?.event.type !== 'job.submitted') throw new RangeError('A journal must begin with "job.submitted".')
  journal.forEach(({ seq }, index) => {
    if (seq !== index + 1)
      throw new RangeError(`The journal jumps to ${String(seq)} where ${String(index + 1)} belongs.`)
  })
  return rest.reduce<JobState>((state, { event }) => evolve(state, event), submit(first.event))
}
