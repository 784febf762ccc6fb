import type { Executor } from './claim.ts'
import type { JobError, JobRecord } from './job.ts'
import { type JobLimits, isWithinHour } from './limits.ts'
import type { JobState } from './replay.ts'
import { mostStrikes, strikesBefore } from './strikes.ts'

/** What an attempt about to begin is held against. */
interface Judging {
  readonly limits: JobLimits
  readonly executor: Pick<Executor, 'release'>
  readonly now: number
}

/** Why the job must not be attempted again; `null` when it may. */
export function verdictOn({ job, turn }: JobState, { limits, executor, now }: Judging): JobError | null {
  if (job.deadlineAt <= now) {
    return wasLeft(job) ?? { code: 'deadline_exceeded', message: 'The job was not finished by its deadline.' }
  }
  const strikes = strikesBefore(job, { at: now, release: executor.release })
  if (strikes >= mostStrikes(turn, limits.maxStrikes)) {
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
