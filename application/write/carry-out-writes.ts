import type { AgentRegistry } from '#domain/agent/registry.ts'
import { type Message, toolCallsOf } from '#domain/agent/message.ts'
import { parseWith } from '#domain/agent/schema.ts'
import { sentenceOf } from '#domain/agent/thrown.ts'
import type { Tool, ToolContext, WriteSpec } from '#domain/agent/tool.ts'
import type { Executor } from '#domain/job/claim.ts'
import { CanceledError, JobNotFoundError } from '#domain/job/errors.ts'
import type { JobLimits } from '#domain/job/limits.ts'
import type { JobState } from '#domain/job/replay.ts'
import { type JsonValue, jsonBytes } from '#domain/json/json.ts'
import { isSame, isWritten } from '#domain/write/decide.ts'
import { MOST_TRIES, dueWrite, retryAt } from '#domain/write/due.ts'
import type { WriteEnded, WriteEvent } from '#domain/write/event.ts'
import type { WriteRecord } from '#domain/write/write.ts'
import type { Clock } from '#ports/clock.ts'
import type { JobStore } from '#ports/job-store.ts'
import type { Logger } from '#ports/logger.ts'
import { withDeadline } from '../time/deadline.ts'
import { about } from '../job/log-fields.ts'
import { writeToJob } from '../job/write-to-job.ts'
import { jsonOf, storedOf } from './make-write.ts'

export interface CarryOutWritesDeps {
  readonly jobs: JobStore
  readonly agents: AgentRegistry
  readonly executor: Executor
  readonly clock: Clock
  readonly limits: JobLimits
  readonly logger: Logger
}

type Ended = Pick<WriteEnded, 'outcome' | 'problem' | 'found' | 'stored'>

/** What became of one try; `null` where it was cut off. */
type Tried = Ended | { readonly failure: string } | null

/** Beyond the time of a tool: its start and its end are written down. */
const SPARE_MS = 10_000

/**
 * Carries out what was asked of the writes of a finished job, one after the other, without a model. Each try is an intent
 * and a result in the journal, and looks first at what is there. So a try that was cut off is found out, and a person's
 * change is never written over.
 */
export class CarryOutWrites {
  readonly #deps: CarryOutWritesDeps
  readonly #inHand = new Set<string>()

  constructor(deps: CarryOutWritesDeps) {
    this.#deps = deps
  }

  /** Returns when nothing is due any more, or `signal` has stopped the work. @throws when the store fails. */
  async execute(jobId: string, signal: AbortSignal): Promise<void> {
    if (this.#inHand.has(jobId)) return
    this.#inHand.add(jobId)
    const { clock, executor } = this.#deps
    const since = clock.monotonic()
    const isUsedUp = (): boolean => executor.sliceMs !== null && clock.monotonic() - since >= executor.sliceMs
    try {
      while (!signal.aborted && !isUsedUp() && (await this.#next(jobId, signal)));
    } catch (error) {
      // Deleted meanwhile: nothing to record.
      if (!(error instanceof JobNotFoundError)) throw error
    } finally {
      this.#inHand.delete(jobId)
    }
  }

  /** Whether there was something to do. */
  async #next(jobId: string, signal: AbortSignal): Promise<boolean> {
    const { jobs, clock, executor } = this.#deps
    const state = await jobs.load(jobId)
    const due = state && dueWrite(state.job, { executor, now: clock.now() })
    if (!state || !due) return false
    const tool = this.#toolOf(state, due)
    const begun = await this.#record(state, due, (write) => this.#startOf(write, tool))
    // Another came first, or it was tried too often.
    if (begun?.executorId !== executor.id || begun.nextAt === null) return true
    const tried = tool ? await this.#try({ state, write: begun, tool, signal }) : NO_TOOL
    if (tried === null) return false
    await this.#record(state, begun, (write) => this.#endOf(write, tried))
    return true
  }

  /** Appends what `eventOf` says, if the write still stands where `seen` does. The write as it is then. */
  async #record(
    { job: { tenantId, id: jobId, runId } }: JobState,
    seen: WriteRecord,
    eventOf: (write: WriteRecord) => WriteEvent,
  ): Promise<WriteRecord | null> {
    const job = await writeToJob(this.#deps.jobs, { tenantId, jobId }, (journal) => {
      const write = journal.job.runId === runId && journal.job.writes.find(({ callId }) => callId === seen.callId)
      if (write && write.version === seen.version) journal.append(eventOf(write))
    })
    return job.writes.find(({ callId }) => callId === seen.callId) ?? null
  }

  #startOf({ callId, tries }: WriteRecord, tool: WriteTool | null): WriteEvent {
    const { clock, executor, limits } = this.#deps
    const at = clock.now()
    if (tries >= MOST_TRIES) {
      const problem = `It was cut off ${String(tries)} times in a row, and what became of it is not known.`
      return { type: 'write.ended', at, callId, outcome: 'failed', problem }
    }
    const takesMs = (tool?.timeoutMs ?? 0) + limits.toolStopMs + SPARE_MS
    return { type: 'write.started', at, callId, executorId: executor.id, until: executor.alone ? at : at + takesMs }
  }

  #endOf(write: WriteRecord, tried: NonNullable<Tried>): WriteEvent {
    const { clock, limits } = this.#deps
    const at = clock.now()
    const { callId } = write
    if (!('failure' in tried))
      return { type: 'write.ended', at, callId, ...shownWithin(tried, limits.maxToolResultBytes) }
    const nextAt = retryAt(write, at)
    return nextAt === null
      ? { type: 'write.ended', at, callId, outcome: 'failed', problem: tried.failure }
      : { type: 'write.deferred', at, callId, problem: tried.failure, nextAt }
  }

  async #try(trying: Trying): Promise<Tried> {
    const { clock, limits, logger } = this.#deps
    const { state, write, tool, signal } = trying
    const { runId, tenantId, createdBy: submittedBy, id: jobId } = state.job
    const timeoutError = (): Error => new Error(`It did not finish within ${String(tool.timeoutMs / 1000)} s.`)
    const deadline = { clock, timeoutMs: tool.timeoutMs, signal, timeoutError, stopMs: limits.toolStopMs }
    const idempotencyKey = `${runId}/${write.callId}${write.round > 0 ? `/${String(write.round)}` : ''}`
    try {
      return await withDeadline(deadline, async (inner) => {
        const input = await inputOf(state, write, tool)
        return carryOut(write, {
          spec: tool.write,
          input,
          context: { idempotencyKey, tenantId, submittedBy, jobId, signal: inner },
        })
      })
    } catch (error) {
      if (error instanceof CanceledError && signal.aborted) return null
      const fields = { ...about(state.job), callId: write.callId, tool: tool.name }
      logger.error('A write could not be carried out.', error, fields)
      return { failure: sentenceOf(error, tool.name) }
    }
  }

  #toolOf({ job }: JobState, { tool: name }: WriteRecord): WriteTool | null {
    const { agents } = this.#deps
    const tool = agents.has(job.agent) ? agents.get(job.agent).tools.find((one) => one.name === name) : undefined
    return tool?.write ? { ...tool, write: tool.write } : null
  }
}

/** A deploy may be under way: another server, or this one after the next start, may know it. */
const NO_TOOL: Tried = { failure: 'This server has no write of this name any more.' }

type WriteTool = Tool & { readonly write: WriteSpec }

interface Trying {
  readonly state: JobState
  readonly write: WriteRecord
  readonly tool: WriteTool
  readonly signal: AbortSignal
}

/** The call's input as it was made. @throws where it does not fit the schema of today */
async function inputOf({ turn }: JobState, { callId }: WriteRecord, tool: Tool): Promise<unknown> {
  const call = turn.messages.flatMap(callsOf).find(({ id }) => id === callId)
  const input = await parseWith(tool.input, call?.input ?? null)
  if (!input.ok) throw new Error(`Its input does not fit the write of today: ${input.problems.join('; ')}.`)
  return input.value
}

function callsOf(message: Message) {
  return message.role === 'assistant' ? toolCallsOf(message) : []
}

interface Making {
  readonly spec: WriteSpec
  readonly input: unknown
  readonly context: ToolContext
}

async function carryOut(write: WriteRecord, { spec, input, context }: Making): Promise<NonNullable<Tried>> {
  const { action } = write
  const found = jsonOf(await spec.read(input, context))
  if (action === 'undo') return undo(write, found, { spec, input, context })
  if (isApplied(write, found, spec)) return { outcome: 'applied', stored: found }
  if (!isSame(found, write.before)) return { outcome: 'stale', problem: staleProblem(action), found }
  if (action === 'settle') return { outcome: 'failed', problem: 'The job ended before it was written.' }
  const answer = await spec.write(input, { ...context, before: write.before, after: write.after })
  return { outcome: 'applied', ...storedOf(answer) }
}

/** Where none has tried before, what is like our text is a person's. */
function isApplied({ after, action, tries, round }: WriteRecord, found: JsonValue, spec: WriteSpec): boolean {
  const isFirst = action === 'apply' && tries === 1 && round === 1
  return isFirst ? isSame(found, after) : isWritten(spec, found, after)
}

async function undo(
  { before, after, stored }: WriteRecord,
  found: JsonValue,
  { spec, input, context }: Making,
): Promise<NonNullable<Tried>> {
  if (isSame(found, before)) return { outcome: 'undone' }
  const isOurs = stored === undefined ? isWritten(spec, found, after) : isSame(found, stored)
  if (!isOurs) return { outcome: 'stale', problem: staleProblem('undo'), found }
  await spec.write(input, { ...context, before: found, after: before })
  return { outcome: 'undone' }
}

/** What was found or stored is part of the journal, which is read as a whole. */
function shownWithin({ found, stored, ...ended }: Ended, mostBytes: number): Ended {
  const fits = (value: JsonValue | undefined): value is JsonValue =>
    value !== undefined && jsonBytes(value) <= mostBytes
  const shown = { ...ended, ...(fits(found) && { found }), ...(fits(stored) && { stored }) }
  if (found === undefined || fits(found)) return shown
  return { ...shown, problem: `${ended.problem ?? ''} It is too large to be shown here.`.trim() }
}

function staleProblem(action: WriteRecord['action']): string {
  const expected: JsonValue = action === 'undo' ? 'what was written' : 'what was there before'
  return `Something else is there than ${expected}, so nothing was written.`
}
