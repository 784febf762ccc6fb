import { InvalidTransitionError } from '../job/errors.ts'
import { type JobEvent, isEnding } from '../job/event.ts'
import { type JobRecord, isFinished } from '../job/job.ts'
import type { WriteBegun, WriteEvent, WriteOutcome, WriteProposed } from './event.ts'
import { type WriteRecord, writeIdOf } from './write.ts'

// Pure: no clock, no ids, no I/O. The version of what changes is that of the job after the event.

/**
 * The job after something has happened to one of its writes.
 * @throws {InvalidTransitionError} when that cannot happen to it.
 */
export function applyWriteEvent<Job extends JobRecord>(job: Job, event: WriteEvent): Job {
  const isOfTurn = event.type === 'write.proposed' || event.type === 'write.begun'
  if (isOfTurn ? !mayBegin(job, event) : !isFinished(job) || !writeOf(job, event.callId))
    throw new InvalidTransitionError(job.id, job.status, event.type)
  if (isOfTurn) return { ...job, updatedAt: event.at, writes: [...job.writes, newWrite(job, event)] }
  return { ...changed(job, event.callId, (write) => happened(write, event)), updatedAt: event.at }
}

/** The job with what `event`, which is none of its writes', says of them. */
export function followTurn<Job extends JobRecord>(job: Job, event: JobEvent): Job {
  if (job.writes.length === 0) return job
  if (event.type === 'tool_call.completed') {
    // Whether it was written is not known; the end of the job has it found out.
    if (event.toldBy === 'time_limit') return job
    const { callId, isError, output } = event.result
    return changed(job, callId, (write) => {
      if (write.status !== 'applying' || write.action !== null) return write
      return isError ? ended(write, 'failed', { problem: textOf(output) }) : ended(write, 'applied', event)
    })
  }
  if (!isEnding(event)) return job
  // Every one changes: from now on a person may decide on it.
  const writes = job.writes.map((write) => {
    const isOpen = write.status === 'applying'
    const settled = isOpen ? ({ action: 'settle', nextAt: event.at } as const) : {}
    return { ...write, ...settled, version: job.version + 1 }
  })
  return { ...job, writes }
}

export function writeOf({ writes }: Pick<JobRecord, 'writes'>, callId: string): WriteRecord | null {
  return writes.find((write) => write.callId === callId) ?? null
}

function mayBegin(job: JobRecord, { callId }: WriteEvent): boolean {
  return job.status === 'running' && job.cancelRequestedAt === null && !writeOf(job, callId)
}

function newWrite(job: JobRecord, event: WriteProposed | WriteBegun): WriteRecord {
  const { at, callId, tool, target, before, after, flags = [] } = event
  const isProposed = event.type === 'write.proposed'
  return {
    id: writeIdOf(job, job.writes.length + 1),
    callId,
    tool,
    mode: isProposed ? 'propose' : 'apply',
    target,
    before,
    after,
    flags,
    status: isProposed ? 'proposed' : 'applying',
    action: null,
    round: 0,
    tries: 0,
    nextAt: null,
    executorId: null,
    problem: null,
    createdAt: at,
    updatedAt: at,
    decidedBy: null,
    decidedAt: null,
    reason: null,
    requestedBy: null,
    requestedAt: null,
    version: job.version + 1,
  }
}

function changed<Job extends JobRecord>(job: Job, callId: string, change: (write: WriteRecord) => WriteRecord): Job {
  const writes = job.writes.map((write) => {
    const next = write.callId === callId ? change(write) : write
    return next === write ? write : { ...next, version: job.version + 1 }
  })
  return { ...job, writes }
}

function happened(write: WriteRecord, event: Exclude<WriteEvent, WriteProposed | WriteBegun>): WriteRecord {
  const next = { ...write, updatedAt: event.at }
  switch (event.type) {
    case 'write.approved':
      return { ...withAfter(next, event), status: 'approved', ...decided(event), reason: null }
    case 'write.rejected':
      return { ...cleared(next), status: 'rejected', ...decided(event), reason: event.reason ?? null }
    case 'write.requested': {
      const { action, by, at } = event
      const status = action === 'apply' ? 'applying' : 'undoing'
      const requested = { requestedBy: by, requestedAt: at }
      return { ...cleared(next), status, action, round: write.round + 1, tries: 0, nextAt: at, ...requested }
    }
    case 'write.started':
      return { ...next, executorId: event.executorId, tries: write.tries + 1, nextAt: event.until }
    case 'write.deferred':
      return { ...next, executorId: null, problem: event.problem, nextAt: event.nextAt }
    case 'write.ended':
      return ended(next, event.outcome, event)
  }
}

function decided({ by, at }: { readonly by: WriteRecord['decidedBy']; readonly at: number }) {
  return { decidedBy: by, decidedAt: at }
}

function withAfter(
  write: WriteRecord,
  { after, flags = [] }: Extract<WriteEvent, { type: 'write.approved' }>,
): WriteRecord {
  if (after === undefined) return write
  return { ...write, after, flags, suggested: write.suggested === undefined ? write.after : write.suggested }
}

/** What was said of an earlier end is forgotten, and nothing is carried out. */
function cleared(write: WriteRecord): WriteRecord {
  const next = { ...write, executorId: null, nextAt: null, problem: null }
  delete next.found
  return next
}

function ended(
  write: WriteRecord,
  status: WriteOutcome,
  { problem = null, found, stored }: Pick<WriteRecord, 'found' | 'stored'> & { readonly problem?: string | null } = {},
): WriteRecord {
  const next = { ...cleared(write), status, problem, ...(found !== undefined && { found }) }
  if (status === 'applied' || status === 'undone') delete next.stored
  return stored === undefined ? next : { ...next, stored }
}

function textOf(output: unknown): string {
  return typeof output === 'string' ? output : JSON.stringify(output)
}
