import { isAhead } from './clock-step.ts'
import type { JobError, JobRecord } from './job.ts'

/** What no job may exceed, on by default: the difference between a mistake and a bill. */
export interface JobLimits {
  /** Model calls begun in one turn, those that were cut off among them. Those that failed are bounded by `modelOutageMs`. */
  readonly maxModelCalls: number
  /** How long a job goes on trying while every call of its model fails, from the first failure in a row. */
  readonly modelOutageMs: number
  /** Attempts in a row whose process may die at the same call before the job fails. */
  readonly maxStrikes: number
  readonly maxAttemptsPerHour: number
  /** A larger tool result is not shown to the model; it is told so instead. */
  readonly maxToolResultBytes: number
  /** Of input, answers and results together. A row in a Durable Object holds 2 MB, and a job's record repeats most of them. */
  readonly maxTranscriptBytes: number
}

export const DEFAULT_LIMITS: JobLimits = {
  maxModelCalls: 100,
  modelOutageMs: 3_600_000,
  maxStrikes: 5,
  maxAttemptsPerHour: 100,
  maxToolResultBytes: 262_144,
  maxTranscriptBytes: 1_600_000,
}

/** Whether `now` is in the hour that began at `since`. A clock that was set back begins another one, for this one would last too long. */
export function isWithinHour(since: number, now: number): boolean {
  return now - since < 3_600_000 && !isAhead(since, now)
}

/** Why the job must not be attempted again; `null` when it may. */
export function verdictOn(job: JobRecord, limits: JobLimits, now: number): JobError | null {
  if (job.deadlineAt <= now) {
    return wasLeft(job) ?? { code: 'deadline_exceeded', message: 'The job was not finished by its deadline.' }
  }
  // The attempt about to begin would be the next strike of a job whose executor is gone.
  const strikes = job.status === 'running' ? job.strikes + 1 : job.strikes
  if (strikes >= limits.maxStrikes) {
    return { code: 'poisoned', message: `Its executor died ${String(strikes)} times in a row at the same call.` }
  }
  const { since, count } = job.attemptsPerHour
  if (isWithinHour(since, now) && count >= limits.maxAttemptsPerHour) {
    return { code: 'limit_exceeded', message: `The job was attempted ${String(count)} times within an hour.` }
  }
  return null
}

/** Why a job that servers left to each other until its deadline has failed. */
function wasLeft(job: JobRecord): JobError | null {
  if (job.status !== 'waiting' || job.wait.reason !== 'unknown_agent') return null
  return { code: 'unknown_agent', message: `No server knew the agent "${job.agent}" by the job's deadline.` }
}
