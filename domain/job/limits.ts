import { isAhead } from '../time/clock-step.ts'

/** What no job may exceed, on by default: the difference between a mistake and a bill. */
export interface JobLimits {
  /** Model calls begun in one turn, those that were cut off among them. Those that failed are bounded by `modelOutageMs`. */
  readonly maxModelCalls: number
  /** How long a job goes on trying while every call of its model fails, from the first failure in a row. */
  readonly modelOutageMs: number
  /** Model calls in a row that may be answered, and so paid for, with nothing that can be used. */
  readonly maxPaidFailures: number
  /** Attempts in a row whose process may die at the same tool call before the job fails; at a model call, four times as many. */
  readonly maxStrikes: number
  readonly maxAttemptsPerHour: number
  /** Tool calls of one answer that run at the same time; the others wait. */
  readonly maxToolCallsAtOnce: number
  /** How long a tool may take to return after its signal aborted, before its outcome counts as unknown. */
  readonly toolStopMs: number
  /** The model does not get a larger tool result; it reads that the result was too large. */
  readonly maxToolResultBytes: number
  /** Of input, answers and results together. A storage may bound its rows, and a job's record repeats most of them. */
  readonly maxTranscriptBytes: number
  /** From the request to the report of a sync run. */
  readonly maxRunMs: number
}

export const DEFAULT_LIMITS: JobLimits = {
  maxModelCalls: 100,
  modelOutageMs: 3_600_000,
  maxPaidFailures: 5,
  maxStrikes: 5,
  maxAttemptsPerHour: 100,
  maxToolCallsAtOnce: 16,
  toolStopMs: 30_000,
  maxToolResultBytes: 262_144,
  maxTranscriptBytes: 1_600_000,
  maxRunMs: 300_000,
}

/** Whether `now` is in the hour that began at `since`. A clock that was set back begins another one, for this one would last too long. */
export function isWithinHour(since: number, now: number): boolean {
  return now - since < 3_600_000 && !isAhead(since, now)
}
