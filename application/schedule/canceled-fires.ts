import { type Fire, fireEntry, withFire } from '#domain/schedule/fire.ts'
import type { Schedule } from '#domain/schedule/schedule.ts'
import { isOnce } from '#domain/schedule/spec.ts'
import type { ChangeContext } from './schedule-change.ts'
import { nextFire } from './next-fire.ts'

type Reason = 'deleted' | 'replaced'

type Moment = Pick<ChangeContext, 'now' | 'calendar'>

/**
 * With an entry for each fire that would have come: one that waits, and one whose time had come or is the only one. What
 * is left of a backfill has one entry. Runs on request are canceled by a deletion alone.
 */
export function withCanceled(schedule: Schedule, reason: Reason, context: Moment): Schedule {
  const { waiting, nextFireAt, spec, requests } = schedule
  const { now } = context
  const canceled = { outcome: 'canceled', at: now, reason } as const
  const isLost = nextFireAt !== null && (nextFireAt <= now || (reason === 'deleted' && isOnce(spec.when)))
  const ofSchedule = [...(waiting ? [waiting.nominalAt] : []), ...(isLost ? [nextFireAt] : [])]
  const onRequest = reason === 'deleted' ? requests : []
  const entries: readonly Fire[] = [
    ...ofSchedule.map((nominalAt) => fireEntry({ ...canceled, nominalAt, cause: 'schedule' })),
    ...onRequest.map(({ nominalAt }) => fireEntry({ ...canceled, nominalAt, cause: 'run' })),
    ...restOfBackfill(schedule, context).map((rest) => fireEntry({ ...canceled, ...rest, cause: 'backfill' })),
  ]
  return { ...schedule, fires: entries.reduce(withFire, schedule.fires) }
}

type Times = Pick<Fire, 'nominalAt' | 'lastNominalAt' | 'count'>

/** As one entry, or none. */
function restOfBackfill(schedule: Schedule, { calendar }: Moment): readonly Times[] {
  const { backfill } = schedule
  if (!backfill) return []
  const times: number[] = []
  let at = nextFire(schedule, backfill.after, calendar)
  while (at !== null && at < backfill.to) {
    times.push(at)
    at = nextFire(schedule, at, calendar)
  }
  const [nominalAt] = times
  return nominalAt === undefined ? [] : [{ nominalAt, lastNominalAt: times.at(-1) ?? nominalAt, count: times.length }]
}
