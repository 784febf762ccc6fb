import { NO_USAGE } from '#domain/agent/usage.ts'
import type { Callback } from '#domain/callback/delivery.ts'
import type { JobEvent, JobSubmitted } from '#domain/job/event.ts'
import type { JobRecord } from '#domain/job/job.ts'
import { NO_OPTIONS } from '#domain/job/options.ts'
import { type JobState, submit } from '#domain/job/replay.ts'
import type { JobFilter } from '#domain/job/filter.ts'
import type { JobIndex } from '#ports/job-index.ts'
import type { JobStore } from '#ports/job-store.ts'
import { eventOf } from '#test/support/event-of.ts'
import { T0, after, started, submitted } from '#test/support/fixtures.ts'

export interface JobIndexSubject {
  readonly index: JobIndex
  /** Jobs that the index is to know. */
  readonly jobs: Pick<JobStore, 'create' | 'save' | 'remove'>
}

/** A call that was paid for and has failed. */
export const FAILED_CALL: JobEvent = {
  type: 'model_call.failed',
  at: T0,
  iteration: 1,
  message: 'Busy.',
  usage: { ...NO_USAGE, inputTokens: 10 },
  costNanos: 20_000,
}
export const FAILED: JobEvent = { type: 'job.failed', at: T0 + 5, error: { code: 'model_failed', message: 'No.' } }

const call = { callId: 'a', name: 'send', input: {}, startedAt: T0 }
export const IN_CALL: readonly JobEvent[] = [
  started(T0),
  { type: 'model_call.started', at: T0, iteration: 1, model: 'scripted/test' },
  {
    type: 'model_call.completed',
    at: T0,
    iteration: 1,
    message: { role: 'assistant', parts: [{ type: 'tool_call', id: 'a', name: 'send', input: {} }] },
    finishReason: 'tool_calls',
    usage: NO_USAGE,
  },
  { type: 'tool_call.started', at: T0, callId: 'a', name: 'send', effect: 'once' },
]
export const WAITS: JobEvent = { type: 'job.waiting', at: T0, wait: { reason: 'outcome_unknown', calls: [call] } }
const CALLS = [{ callId: 'a', name: 'send', input: {}, since: T0 }]
export const ASKS: JobEvent = { type: 'job.waiting', at: T0, wait: { reason: 'approval', calls: CALLS } }
export const DONE: JobEvent = {
  type: 'tool_call.completed',
  at: T0,
  result: { callId: 'a', name: 'send', isError: false, output: null },
  toldBy: 'caller',
}

interface Wanted extends Partial<JobSubmitted> {
  readonly callback?: Callback
  readonly tags?: readonly string[]
  readonly batch?: string
}

let made = 0

/** A job whose id says nothing of when it was submitted, as one that was made from an idempotency key. */
export async function stored(
  { jobs }: Pick<JobIndexSubject, 'jobs'>,
  { tags = [], batch, callback, ...fields }: Wanted = {},
): Promise<JobRecord> {
  made++
  const named = { tags, batch: batch ?? null, metadata: { order: '1042' }, callback: callback ?? null }
  const options = { ...NO_OPTIONS, ...named, searchable: true as const }
  const { job, event } = submitted({ jobId: `job_${String((made * 7919) % 1_000_003)}`, options, ...fields })
  await jobs.create(job, event)
  return job
}

export async function failed(subject: Pick<JobIndexSubject, 'jobs'>, job: JobRecord): Promise<void> {
  await subject.jobs.save(after(submit(eventOf(job)), [FAILED]), [FAILED])
}

export async function append(
  { jobs }: Pick<JobIndexSubject, 'jobs'>,
  state: JobState,
  ...events: readonly JobEvent[]
): Promise<JobState> {
  const next = after(state, events)
  await jobs.save(next, events)
  return next
}

/** A job in the middle of a call that must not happen twice. */
export async function inCall(subject: Pick<JobIndexSubject, 'jobs'>, at: number): Promise<JobState> {
  return append(subject, submit(eventOf(await stored(subject, { at }))), ...IN_CALL)
}

export async function ids(
  { index }: JobIndexSubject,
  filter: JobFilter = {},
  tenantId = 'acme',
): Promise<readonly string[]> {
  return (await index.list({ tenantId, filter, size: 100, after: null })).jobs.map(({ id }) => id)
}
