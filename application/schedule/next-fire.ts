import { type ScheduleSpec, isOnce } from '#domain/schedule/spec.ts'
import type { Calendar } from '#ports/calendar.ts'

/** What the times of a schedule depend on. */
export interface Timing {
  readonly spec: Pick<ScheduleSpec, 'when' | 'endAt'>
  /** Epoch ms; see `Schedule.anchorAt`. */
  readonly anchorAt: number
}

/**
 * The first nominal time after `after` (both epoch ms); `null` when there is none. Of a schedule that fires once, the
 * time is set by each PUT, so nothing comes after it.
 */
export function nextFire({ spec, anchorAt }: Timing, after: number, calendar: Calendar): number | null {
  const { when, endAt } = spec
  if (isOnce(when)) return null
  const at = 'cron' in when ? calendar.next(when, after) : nextOfInterval(when.everySeconds * 1000, anchorAt, after)
  return at === null || (endAt !== null && at >= endAt) ? null : at
}

function nextOfInterval(everyMs: number, anchorAt: number, after: number): number {
  return anchorAt + (Math.floor((after - anchorAt) / everyMs) + 1) * everyMs
}

/** When a schedule that fires once is to fire, by a PUT at `now`. */
export function onceAt({ when, latestBy }: Pick<ScheduleSpec, 'when' | 'latestBy'>, now: number): number | null {
  if (!isOnce(when)) return null
  const at = 'at' in when ? when.at : now + when.delaySeconds * 1000
  return latestBy === null ? at : Math.min(at, latestBy)
}
