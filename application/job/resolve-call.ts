import { InvalidCallInputError } from '#domain/agent/errors.ts'
import { toolCallsOf } from '#domain/agent/message.ts'
import { pendingApprovals } from '#domain/agent/open-calls.ts'
import type { AgentRegistry } from '#domain/agent/registry.ts'
import { parseWith } from '#domain/agent/schema.ts'
import type { Tool } from '#domain/agent/tool.ts'
import type { Turn } from '#domain/agent/turn.ts'
import { CallNotFoundError, CallNotReadyError, JobFinishedError } from '#domain/job/errors.ts'
import type { JobEvent } from '#domain/job/event.ts'
import { type JobRecord, isFinished } from '#domain/job/job.ts'
import type { JobLimits } from '#domain/job/limits.ts'
import { type Resolution, isDecision } from '#domain/job/resolution.ts'
import { unknownCallsOf } from '#domain/job/unknown-calls.ts'
import type { Actor } from '#domain/tenant/actor.ts'
import type { Clock } from '#ports/clock.ts'
import type { JobStore } from '#ports/job-store.ts'
import { fitResult } from '../agent/fit-result.ts'
import type { JobJournal } from './job-journal.ts'
import { type JobCommand, writeToJob } from './write-to-job.ts'

export interface ResolveCallCommand extends JobCommand {
  /** One call, or all of a job that fit. */
  readonly call: string | WaitingCalls
  readonly resolution: Resolution
}

export interface WaitingCalls {
  /** `null` for every tool. */
  readonly tool: string | null
  /** Epoch ms. A call that began later is not meant: after it was resolved, it may have been made and cut off again. */
  readonly begunBy: number
}

export interface ResolveCallDeps {
  readonly jobs: JobStore
  readonly agents: Pick<AgentRegistry, 'list'>
  readonly clock: Clock
  readonly limits: JobLimits
}

/**
 * Records what a person says of calls: what became of those of unknown outcome, or whether those that need approval may be
 * made. A waiting job goes on when all are answered; of a finished one it is only recorded. Repeating it changes nothing,
 * and neither does an answer that comes late or to another question.
 */
export class ResolveCall {
  readonly #deps: ResolveCallDeps

  constructor(deps: ResolveCallDeps) {
    this.#deps = deps
  }

  /**
   * @throws {JobNotFoundError} {CallNotFoundError} when the job has no matching call. {CallNotReadyError} when a
   * decision comes before the job waits for it. {JobFinishedError} when the resolution is to fail a finished job.
   * {InvalidCallInputError}
   */
  async execute(command: ResolveCallCommand): Promise<JobRecord> {
    await this.#checkInput(command)
    try {
      return await this.#write(command)
    } catch (error) {
      const job = isRefusal(error) ? await this.#doneBefore(command) : null
      if (!job) throw error
      return job
    }
  }

  /** An input that a person has changed. That of a tool which is not known here is checked when the call is made. */
  async #checkInput({ tenantId, jobId, call, resolution }: ResolveCallCommand): Promise<void> {
    if (resolution.outcome !== 'approved' || resolution.input === undefined) return
    const job = await this.#deps.jobs.get(tenantId, jobId)
    const asked = job && answerableBy(job, resolution).find(({ callId }) => callId === call)
    const tool = asked && this.#toolOf(job, asked.name)
    if (!tool) return
    const checked = await parseWith(tool.input, resolution.input)
    if (!checked.ok) throw new InvalidCallInputError(tool.name, checked.problems)
  }

  #toolOf(job: JobRecord, named: string): Tool | undefined {
    const agent = this.#deps.agents.list().find(({ name }) => name === job.agent)
    return agent?.tools.find(({ name }) => name === named)
  }

  #write({ call, resolution, by, ...key }: ResolveCallCommand): Promise<JobRecord> {
    return writeToJob(this.#deps.jobs, key, (journal) => {
      const waiting = answerableBy(journal.job, resolution).filter((one) => isMeant(one, call))
      if (waiting.length === 0) checkUnmet(journal, call, resolution)
      else if (resolution.outcome === 'fail' && isFinished(journal.job))
        throw new JobFinishedError(key.jobId, journal.job.status)
      // The first failure is the end of the job.
      const meant = resolution.outcome === 'fail' ? waiting.slice(0, 1) : waiting
      for (const one of meant) this.#resolve(journal, one, { resolution, by })
    })
  }

  /** The job, if this very operation has resolved its calls: after a crash it repeats its last slice. */
  async #doneBefore({ by, jobId }: ResolveCallCommand): Promise<JobRecord | null> {
    if (by.kind !== 'operation') return null
    const events = await this.#deps.jobs.events(jobId, 0)
    const isDone = events.some(({ event }) => 'by' in event && event.by.kind === by.kind && event.by.id === by.id)
    return isDone ? ((await this.#deps.jobs.load(jobId))?.job ?? null) : null
  }

  #resolve(journal: JobJournal, call: AnswerableCall, said: Said): void {
    const { clock, limits } = this.#deps
    const at = clock.now()
    const event = eventFor(call, said, at)
    const kept =
      event.type === 'tool_call.completed' ? { ...event, result: fitResult(event.result, journal.turn, limits) } : event
    journal.append(kept)
    const { job } = journal
    if (job.status === 'waiting' && 'calls' in job.wait && job.wait.calls.length === 0) {
      journal.append({ type: 'job.resumed', at, by: said.by })
    }
  }
}

/** What a caller says of a call. */
interface Said {
  readonly resolution: Resolution
  readonly by: Actor
}

function isRefusal(error: unknown): boolean {
  return error instanceof CallNotFoundError || error instanceof JobFinishedError
}

/** A call that waits for a person, and since when. */
interface AnswerableCall {
  readonly callId: string
  readonly name: string
  readonly since: number
}

/** The calls that a person may say this of. */
function answerableBy(job: JobRecord, resolution: Resolution): readonly AnswerableCall[] {
  const approvals = job.status === 'waiting' && job.wait.reason === 'approval' ? job.wait.calls : []
  if (isDecision(resolution)) return approvals
  const unknown = unknownCallsOf(job).map(({ startedAt, ...call }) => ({ ...call, since: startedAt }))
  return resolution.outcome === 'fail' ? [...unknown, ...approvals] : unknown
}

/** An answer that no question waits for: too early, to no call of this job, or late, which changes nothing. */
function checkUnmet(journal: JobJournal, call: ResolveCallCommand['call'], resolution: Resolution): void {
  const { job, turn } = journal
  if (typeof call !== 'string' || !hasCall(turn, call)) throw new CallNotFoundError(job.id, wordsFor(call))
  if (isTooEarly(journal, call, resolution)) throw new CallNotReadyError(job.id, call)
}

/** Whether the answer is to a question that stands in the journal already, while the job does not wait for it yet. */
function isTooEarly({ job, turn }: JobJournal, call: string, resolution: Resolution): boolean {
  if (isFinished(job) || !(isDecision(resolution) || resolution.outcome === 'fail')) return false
  return pendingApprovals(turn).some((pending) => pending.call.id === call)
}

function isMeant({ callId, name, since }: AnswerableCall, call: ResolveCallCommand['call']): boolean {
  if (typeof call === 'string') return callId === call
  return (call.tool === null || call.tool === name) && since <= call.begunBy
}

function wordsFor(call: ResolveCallCommand['call']): string {
  return typeof call === 'string' ? call : (call.tool ?? 'any')
}

function hasCall({ messages }: Turn, callId: string): boolean {
  return messages.some(
    (message) => message.role === 'assistant' && toolCallsOf(message).some(({ id }) => id === callId),
  )
}

function eventFor({ callId, name }: AnswerableCall, { resolution, by }: Said, at: number): JobEvent {
  switch (resolution.outcome) {
    case 'happened': {
      const result = { callId, name, isError: false, output: resolution.result }
      return { type: 'tool_call.completed', at, result, toldBy: 'caller', by }
    }
    case 'did_not_happen':
      return { type: 'tool_call.reopened', at, callId, toldBy: 'caller', by }
    case 'approved': {
      const { input } = resolution
      return { type: 'tool_call.approved', at, callId, by, ...(input !== undefined && { input }) }
    }
    case 'rejected': {
      const { reason } = resolution
      const output = `A person did not allow this call${reason === undefined ? '.' : `: ${reason}`}`
      const result = { callId, name, isError: true, output }
      return { type: 'tool_call.completed', at, result, toldBy: 'rejection', by }
    }
    case 'fail':
      return {
        type: 'job.failed',
        at,
        by,
        error: { code: 'call_failed', message: `The call "${callId}" of ${name} was resolved as a failure.` },
      }
  }
}
