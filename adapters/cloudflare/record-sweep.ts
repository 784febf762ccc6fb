import { withDeadline } from '#application/time/deadline.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import { inParallel } from './in-parallel.ts'
import type { RecordIndex } from './record-index.ts'
import type { Looked, SweptObjects } from './record-stub.ts'

export interface RecordSweepDeps {
  readonly index: RecordIndex
  readonly objects: SweptObjects
  readonly clock: Clock
  readonly logger: Logger
}

/** When a failed check is repeated. */
const AGAIN_MS = 600_000
/** Most records of one kind in one sweep. Each kind has as many of its own, so none waits for another. */
export const MOST_RECORDS = 2600
/** Records that one object looks after for the sweep. */
export const GROUP = 50
const AT_ONCE = 6
/** Records whose checks are noted together. */
const TOGETHER = GROUP * AT_ONCE
/** What the sweep of one kind may take: the other kinds and the jobs have their own minute. */
const TIME_MS = 50_000
/** An object that has not answered by then is given up. */
const ANSWER_MS = 30_000

const NEVER_ABORTS = new AbortController().signal

/**
 * Checks the overdue records of one kind, and starts those whose alarm was lost. Tenants have equal parts of a sweep.
 *
 * It keeps up with 150 000 lost alarms of each kind in an hour, like `sweepJobs`. All kinds may lose as many at
 * once. One object of each group checks the others in an invocation of its own. That is 52 calls for 2600
 * records, and D1 is asked once, and once more for every 300. With the jobs and six kinds, one invocation makes less
 * than half of the 1000 calls that it may make. At 50 ms a record, all of them take 7 × 2600 × 50 ms / 36 = 25 s.
 */
export async function sweepRecords(deps: RecordSweepDeps): Promise<void> {
  const { index, clock } = deps
  const now = clock.now()
  const due = await index.due(now, MOST_RECORDS)
  for (let from = 0; from < due.length && clock.now() - now < TIME_MS; from += TOGETHER) {
    const part = due.slice(from, from + TOGETHER)
    const looked = (await inParallel(groupsOf(part), AT_ONCE, (group) => lookAfter(group, deps))).flat()
    const done = new Set(looked.map(({ id }) => id))
    const failed = part.filter((id) => !done.has(id)).map((id) => ({ id, at: clock.now() + AGAIN_MS }))
    await index.note([...looked, ...failed], clock.now())
  }
}

function groupsOf(ids: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(ids.length / GROUP) }, (_, n) => ids.slice(n * GROUP, (n + 1) * GROUP))
}

/** By the object of the first; where that fails, by the next one's. What is left out comes again. */
async function lookAfter(
  group: readonly string[],
  { objects, clock, logger }: RecordSweepDeps,
): Promise<readonly Looked[]> {
  for (const [index, first] of group.slice(0, MOST_FAILURES).entries()) {
    try {
      const timeoutError = (): Error => new Error('The object did not answer in time.')
      const deadline = { clock, timeoutMs: ANSWER_MS, signal: NEVER_ABORTS, timeoutError }
      return await withDeadline(deadline, () => objects.getByName(first).lookAfterAll(group.slice(index)))
    } catch (error) {
      logger.error('A record could not be looked after; it will be tried again.', error, { id: first })
    }
  }
  return []
}

/** Objects of one group that may fail before the group is left to a later sweep. */
const MOST_FAILURES = 3
