import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import { withDeadline } from '#application/time/deadline.ts'
import { inParallel } from './in-parallel.ts'
import type { JobNamespace } from './job-stub.ts'
import type { OverdueJobs, OverdueLane } from './overdue-jobs.ts'

export interface JobSweepDeps {
  readonly overdue: OverdueJobs
  readonly jobs: JobNamespace
  readonly clock: Clock
  readonly logger: Logger
}

/** How long after its time a job is looked after: by then its own alarm has done the work, if it was not lost. */
const GRACE_MS = 60_000
/** A job that was looked after is looked after again when it is still overdue by then. */
const AGAIN_MS = 600_000
/** And one that could not be looked after. */
const FAILED_AGAIN_MS = 3_600_000
/** The next sweep comes a minute after this one. */
const TIME_MS = 50_000
/** An object that has not answered by then is given up. */
const ANSWER_MS = 30_000
/** Most jobs in one sweep. */
export const MOST_JOBS = 2600
/** Jobs that one object looks after for the sweep. */
export const GROUP = 50
/** Connections of one invocation at once. */
const AT_ONCE = 6
/** Tenants, by kind of wake, that have their turn in one sweep. */
const MOST_LANES = 30
/** Objects of one group that may fail before the group is left to a later sweep. */
const MOST_FAILURES = 3

const NOBODY_LEAVES = new AbortController().signal

/**
 * Looks after jobs whose time has passed, by what the index says, for alarms have been lost in practice.
 *
 * It keeps up with 150 000 lost alarms in an hour: 2500 a minute, `MOST_JOBS` a sweep. Of the limits
 * (https://developers.cloudflare.com/workers/platform/limits/) an invocation has 1000 calls of other services on the
 * smallest plan, and six connections at once. So a sweep calls one object of each `GROUP`, which checks the others in
 * an invocation of its own. That is 52 calls for 2600 jobs, each of which makes at most 100 (a job, and its entry if it
 * is gone). D1 is asked three times who has overdue jobs, then once for every 300 jobs of one tenant, or once for each
 * of 30 tenants. 2600 jobs at 50 ms each are 2600 × 50 ms / 36 = 4 s.
 *
 * Kinds of wake and tenants have equal parts of a sweep; what one does not need the others have. Jobs are claimed just
 * before they are looked after, so a sweep that ends early loses nothing, and the next one goes on behind it.
 */
export async function sweepJobs(deps: JobSweepDeps): Promise<void> {
  const { overdue, clock } = deps
  const startedAt = clock.now()
  const claim = { before: startedAt - GRACE_MS, until: startedAt + AGAIN_MS }
  let lanes = inTurn(await overdue.lanes(claim.before), startedAt)
  let left = MOST_JOBS
  while (lanes.length > 0 && left > 0 && clock.now() - startedAt < TIME_MS) {
    const most = Math.ceil(Math.min(left, GROUP * AT_ONCE) / lanes.length)
    const claimed = await inParallel(lanes, AT_ONCE, (lane) => overdue.claim(lane, { ...claim, most }))
    lanes = lanes.filter((_, index) => claimed[index]?.length === most)
    const jobIds = claimed.flat()
    left -= jobIds.length
    await inParallel(groupsOf(jobIds), AT_ONCE, (group) => lookAfter(group, deps))
  }
}

/** Where there are too many for one sweep, every sweep begins with others. */
function inTurn(lanes: readonly OverdueLane[], now: number): readonly OverdueLane[] {
  if (lanes.length <= MOST_LANES) return lanes
  const first = (Math.floor(now / 60_000) * MOST_LANES) % lanes.length
  return [...lanes.slice(first), ...lanes.slice(0, first)].slice(0, MOST_LANES)
}

function groupsOf(jobIds: readonly string[]): readonly (readonly string[])[] {
  const count = Math.ceil(jobIds.length / GROUP)
  return Array.from({ length: count }, (_, n) => jobIds.slice(n * GROUP, (n + 1) * GROUP))
}

/** By the object of the first job; where that fails, by the next one's. */
async function lookAfter(group: readonly string[], deps: JobSweepDeps): Promise<void> {
  const { overdue, jobs, clock, logger } = deps
  const failed: string[] = []
  for (const [index, first] of group.slice(0, MOST_FAILURES).entries()) {
    try {
      const timeoutError = (): Error => new Error('The object did not answer in time.')
      const deadline = { clock, timeoutMs: ANSWER_MS, signal: NOBODY_LEAVES, timeoutError }
      failed.push(...(await withDeadline(deadline, () => jobs.getByName(first).lookAfterAll(group.slice(index)))))
      break
    } catch (error) {
      logger.error('A job could not be looked after; it will be tried again.', error, { jobId: first })
      failed.push(first)
    }
  }
  if (failed.length > 0) await overdue.postpone(failed, clock.now() + FAILED_AGAIN_MS)
}
