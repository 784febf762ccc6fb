import { toolCallsOf } from '#domain/agent/message.ts'
import type { Turn } from '#domain/agent/turn.ts'
import { CallNotFoundError } from '#domain/errors.ts'
import type { JobEvent } from '#domain/job/event.ts'
import type { JobRecord, WaitingCall } from '#domain/job/job.ts'
import type { JobLimits } from '#domain/job/limits.ts'
import type { JsonValue } from '#domain/json.ts'
import type { Clock } from '#ports/clock.ts'
import type { JobStore } from '#ports/job-store.ts'
import { fitResult } from './fit-result.ts'
import type { JobJournal } from './job-journal.ts'
import { type JobKey, writeToJob } from './write-to-job.ts'

/** What became of a call of unknown outcome: it happened and brought this, it did not and may be made, or the job shall fail. */
export type Resolution =
  | { readonly outcome: 'happened'; readonly result: JsonValue }
  | { readonly outcome: 'did_not_happen' }
  | { readonly outcome: 'fail' }

export interface ResolveCallCommand extends JobKey {
  readonly callId: string
  readonly resolution: Resolution
}

export interface ResolveCallDeps {
  readonly jobs: JobStore
  readonly clock: Clock
  readonly limits: JobLimits
}

/** Tells a waiting job what became of a call. The job goes on when it has been told of all; telling it twice changes nothing. */
export class ResolveCall {
  readonly #deps: ResolveCallDeps

  constructor(deps: ResolveCallDeps) {
    this.#deps = deps
  }

  /** @throws {JobNotFoundError} {CallNotFoundError} when the job never had such a call. */
  async execute({ callId, resolution, ...key }: ResolveCallCommand): Promise<JobRecord> {
    return writeToJob(this.#deps.jobs, key, (journal) => {
      const call = waitingCall(journal.job, callId)
      if (call) this.#tell(journal, call, resolution)
      else if (!hasCall(journal.turn, callId)) throw new CallNotFoundError(key.jobId, callId)
    })
  }

  #tell(journal: JobJournal, call: WaitingCall, resolution: Resolution): void {
    const { clock, limits } = this.#deps
    const at = clock.now()
    const event = eventFor(call, resolution, at)
    const kept =
      event.type === 'tool_call.completed' ? { ...event, result: fitResult(event.result, journal.turn, limits) } : event
    journal.append(kept)
    const { job } = journal
    if (job.status === 'waiting' && job.wait.reason === 'outcome_unknown' && job.wait.calls.length === 0) {
      journal.append({ type: 'job.resumed', at })
    }
  }
}

function waitingCall(job: JobRecord, callId: string): WaitingCall | undefined {
  if (job.status !== 'waiting' || job.wait.reason !== 'outcome_unknown') return undefined
  return job.wait.calls.find((call) => call.callId === callId)
}

function hasCall({ messages }: Turn, callId: string): boolean {
  return messages.some(
    (message) => message.role === 'assistant' && toolCallsOf(message).some(({ id }) => id === callId),
  )
}

function eventFor({ callId, name }: WaitingCall, resolution: Resolution, at: number): JobEvent {
  switch (resolution.outcome) {
    case 'happened': {
      const result = { callId, name, isError: false, output: resolution.result }
      return { type: 'tool_call.completed', at, result, toldBy: 'caller' }
    }
    case 'did_not_happen':
      return { type: 'tool_call.reopened', at, callId, toldBy: 'caller' }
    case 'fail':
      return {
        type: 'job.failed',
        at,
        error: { code: 'call_failed', message: `The call "${callId}" of ${name} was resolved as a failure.` },
      }
  }
}
