import type { ToolCallCompleted } from '#domain/agent/turn-event.ts'
import type { JobEvent } from '#domain/job/event.ts'
import { type FinishedJob, type JobRecord, isFinished } from '#domain/job/job.ts'
import { replay } from '#domain/job/replay.ts'
import { nextWakeAt } from '#domain/job/wake.ts'
import type { JobStore } from '#ports/job-store.ts'
import type { ToolName } from './scenario.ts'

/**
 * Stands outside of the engine, sees every call as the world does, and compares it with what is stored at that moment.
 * What must never happen is written down in `violations`.
 */
export class Witness {
  readonly violations: string[] = []
  readonly #store: JobStore
  readonly #cancelIsSeenAtOnce: boolean
  readonly #left = new Set<string>()
  readonly #noted = new Set<string>()
  readonly #effects = new Map<string, { tool: ToolName; times: number }>()

  /** `cancelIsSeenAtOnce`: where one process does all, no call may begin once a cancel is stored, however early its own intent was. */
  constructor(store: JobStore, { cancelIsSeenAtOnce = true } = {}) {
    this.#store = store
    this.#cancelIsSeenAtOnce = cancelIsSeenAtOnce
  }

  /** A model call is about to be made; `events` are what is stored at that moment. */
  modelCallBegins(events: readonly JobEvent[], iteration: number): void {
    this.#check(!hasAnswer(events, iteration), `model call ${String(iteration)} was made again after it had finished`)
    const begun = events.some((event) => event.type === 'model_call.started' && event.iteration === iteration)
    this.#check(begun, `model call ${String(iteration)} was made before its intent was stored`)
    const unknown = unfinishedTools(events)
    this.#check(
      unknown.length === 0,
      `model call ${String(iteration)} began before the result of ${unknown.join()} was stored`,
    )
    this.#check(!this.#isStopped(events), `model call ${String(iteration)} began after the job was to stop`)
  }

  /** A tool call is about to be made. */
  toolCallBegins(events: readonly JobEvent[], key: string): void {
    const callId = key.slice(key.lastIndexOf('/') + 1)
    const done = events.some((event) => event.type === 'tool_call.completed' && event.result.callId === callId)
    this.#check(!done, `tool call ${callId} was made again after it had finished`)
    const begun = events.some((event) => event.type === 'tool_call.started' && event.callId === callId)
    this.#check(begun, `tool call ${callId} was made before its intent was stored`)
    this.#check(hasNoOpenModelCall(events), `tool call ${callId} began before the answer that asks for it was stored`)
    this.#check(!this.#isStopped(events), `tool call ${callId} began after the job was to stop`)
    this.#check(mayBeMade(events, callId), `tool call ${callId} was made before a person allowed it`)
  }

  /** The tool has been called, in a process that lives: from now on the effect may happen, whatever becomes of the process. */
  callLeaves(key: string): void {
    this.#left.add(key)
  }

  /** What the call has returned is noted where it outlives its process. */
  resultIsNoted(key: string): void {
    this.#noted.add(key)
  }

  /** An effect has happened in the world. */
  effect(key: string, tool: ToolName): void {
    const times = (this.#effects.get(key)?.times ?? 0) + 1
    this.#effects.set(key, { tool, times })
    const mayRepeat = tool === 'read' || tool === 'idempotent'
    this.#check(mayRepeat || times === 1, `the effect of ${key} happened ${String(times)} times`)
  }

  hasHappened(key: string): boolean {
    return this.#effects.has(key)
  }

  /** What must hold of a job that is at rest. */
  async checkAtRest(jobId: string, armedAt: number | null): Promise<void> {
    const state = await this.#store.load(jobId)
    if (!state) {
      this.violations.push('the job is lost')
      return
    }
    const journal = await this.#store.events(jobId, 0)
    // Throws when the journal has a gap, or tells of something that cannot happen.
    const { job } = replay(journal)
    const shown = await this.#store.get(job.tenantId, jobId)
    this.#check(JSON.stringify(shown) === JSON.stringify(job), 'the job is not what its journal tells')
    const endings = journal.filter(({ event }) => /^job\.(completed|failed|canceled)$/.test(event.type))
    this.#check(endings.length === (isFinished(job) ? 1 : 0), `the job has ${String(endings.length)} endings`)
    const wakeAt = nextWakeAt(job)
    this.#check(armedAt !== null && armedAt <= wakeAt, 'the job will not be woken in time')
    this.checkWait(job)
    this.#checkLog(
      job,
      journal.map(({ event }) => event),
    )
    if (isFinished(job))
      this.#checkEnd(
        job,
        journal.map(({ event }) => event),
      )
  }

  /** A job waits to be told only of calls that may have happened, and of whose result nothing is known. */
  checkWait(job: JobRecord): void {
    if (job.status !== 'waiting' || job.wait.reason !== 'outcome_unknown') return
    for (const { callId } of job.wait.calls) {
      const hasLeft = this.#left.has(`${job.runId}/${callId}`)
      this.#check(hasLeft, `the job waits to be told of call ${callId}, which was never made`)
      const isNoted = this.#noted.has(`${job.runId}/${callId}`)
      this.#check(!isNoted, `the job waits to be told of call ${callId}, whose result was noted`)
    }
  }

  /** What is known by the dispatch log has happened. */
  #checkLog({ runId }: JobRecord, events: readonly JobEvent[]): void {
    for (const event of events) {
      if (event.type !== 'tool_call.completed' || event.toldBy !== 'dispatch_log') continue
      const { callId } = event.result
      this.#check(this.hasHappened(`${runId}/${callId}`), `call ${callId} has a result, and never happened`)
    }
  }

  /** A job that was cut off lists each effect that its journal cannot account for, and no call that was never made. */
  #checkEnd(job: FinishedJob, events: readonly JobEvent[]): void {
    if (job.status === 'completed') return
    const listed = new Set(job.unknownCalls.map(({ callId }) => `${job.runId}/${callId}`))
    for (const key of listed) {
      // Where several executors share a store, one that lives elsewhere may still make it, as far as anybody can know.
      this.#check(!this.#cancelIsSeenAtOnce || this.#left.has(key), `the job lists ${key}, which was never made`)
    }
    const known = new Set(events.flatMap((event) => (isKnown(event) ? [`${job.runId}/${event.result.callId}`] : [])))
    for (const [key, { tool }] of this.#effects) {
      const mayRepeat = tool === 'read' || tool === 'idempotent'
      this.#check(
        mayRepeat || known.has(key) || listed.has(key),
        `the job ended without a word of the effect of ${key}`,
      )
    }
  }

  #check(holds: boolean, violation: string): void {
    if (!holds) this.violations.push(violation)
  }

  #isStopped(events: readonly JobEvent[]): boolean {
    return this.#cancelIsSeenAtOnce && events.some(({ type }) => type === 'job.cancel_requested')
  }
}

function mayBeMade(events: readonly JobEvent[], callId: string): boolean {
  const isAbout = (type: JobEvent['type']) =>
    events.some((event) => event.type === type && 'callId' in event && event.callId === callId)
  return isAbout('tool_call.approved') || !isAbout('tool_call.approval_requested')
}

function hasAnswer(events: readonly JobEvent[], iteration: number): boolean {
  return events.some((event) => event.type === 'model_call.completed' && event.iteration === iteration)
}

function isKnown(event: JobEvent): event is ToolCallCompleted {
  return event.type === 'tool_call.completed' && event.toldBy !== 'time_limit'
}

function unfinishedTools(events: readonly JobEvent[]): readonly string[] {
  const begun = events.flatMap((event) => (event.type === 'tool_call.started' ? [event.callId] : []))
  const done = new Set(events.flatMap((event) => (event.type === 'tool_call.completed' ? [event.result.callId] : [])))
  return [...new Set(begun)].filter((callId) => !done.has(callId))
}

function hasNoOpenModelCall(events: readonly JobEvent[]): boolean {
  const last = events.findLast((event) => event.type === 'model_call.started')
  return last?.type === 'model_call.started' && hasAnswer(events, last.iteration)
}
