import type { Executor } from '#domain/job/claim.ts'
import type { QueuedJob } from '#domain/job/job.ts'
import { type AttemptStarted, JOURNAL_FORMAT, type JobEvent, type JobSubmitted } from '#domain/job/event.ts'
import type { Actor } from '#domain/tenant/actor.ts'
import { type JobState, evolve, submit } from '#domain/job/replay.ts'

/**
 * When the fixtures' jobs are submitted: in the year 2096, so that no alarm of a real Durable Object fires in the middle of a case.
 */
export const T0 = 4_000_000_000_000

/** The caller who does what tests do. */
export const TILL: Actor = { kind: 'key', id: 'till' }

let count = 0

/** A job just submitted at `T0`, and the event that tells of it. */
export function submitted(fields: Partial<JobSubmitted> = {}): {
  readonly job: QueuedJob
  readonly event: JobSubmitted
  readonly state: JobState
} {
  const number = String(++count)
  const event: JobSubmitted = {
    type: 'job.submitted',
    at: T0,
    format: JOURNAL_FORMAT,
    jobId: `job_${number}`,
    runId: `run_${number}`,
    tenantId: 'acme',
    by: TILL,
    agent: 'writer',
    input: 'hello',
    deadlineAt: (fields.at ?? T0) + 86_400_000,
    ...fields,
  }
  const state = submit(event)
  return { job: state.job, event, state }
}

/** What `events` make of a job: what is to be saved. */
export function after(state: JobState, events: readonly JobEvent[]): JobState {
  return events.reduce(evolve, state)
}

/** The beginning of an attempt at `at`, with a lease of 30 s. */
export function started(at: number, release: string | null = null): AttemptStarted {
  return { type: 'attempt.started', at, executorId: 'exec_1', release, leaseMs: 30_000 }
}

/** An executor that is alone with its store. */
export const ALONE: Executor = { id: 'exec_1', release: null, leaseMs: 30_000, alone: true, sliceMs: null }
