import type { Turn } from '../agent/turn.ts'
import type { AttemptStarted } from './event.ts'
import type { JobRecord } from './job.ts'

/**
 * A strike is an attempt whose process died at a call. Too many in a row, and the call is taken for the cause (a poison
 * pill). Deploys, evictions and lost machines kill processes too. These rules separate them:
 *
 * - The next attempt is by another release: a deploy killed the process, or the new code may cure it. The count begins
 *   anew.
 * - The attempt has lived for an hour: a pill kills sooner. The count begins anew.
 * - Any result begins it anew (`transitions.ts`), so all strikes are deaths at the same calls.
 * - A model call runs no code of the author's and takes minutes, so it gets more room (`mostStrikes`).
 */
const LONG_LIFE_MS = 3_600_000

/** How many more deaths a model call may see than a tool call. */
const ROOM_FOR_MODELS = 4

/** Strikes before an attempt that begins at `at`. A job that is still running then was left by a process that died. */
export function strikesBefore(job: JobRecord, { at, release }: Pick<AttemptStarted, 'at' | 'release'>): number {
  if (job.status !== 'running') return job.strikes
  const { lease } = job
  const isOther = release !== null && lease.release !== null && release !== lease.release
  return isOther || at - lease.since >= LONG_LIFE_MS ? 0 : job.strikes + 1
}

/** Strikes that fail a job, by the call that is open. */
export function mostStrikes({ modelCallOpen }: Turn, maxStrikes: number): number {
  return modelCallOpen ? maxStrikes * ROOM_FOR_MODELS : maxStrikes
}
