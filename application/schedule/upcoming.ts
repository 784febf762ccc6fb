import type { Schedule } from '#domain/schedule/schedule.ts'
import type { Calendar, CronTimes } from '#ports/calendar.ts'
import { nextFire } from './next-fire.ts'

/** One of the next fires. */
export interface Upcoming {
  /** Epoch ms. */
  readonly at: number
  /** RFC 3339 with the offset of the schedule's zone; in UTC where it has none. */
  readonly wallTime: string
  readonly note: ClockChangeNote | null
}

/**
 * What a clock change does to a fire.
 *
 * - `after_gap`: its wall time does not exist on that day, so it fires right after the gap.
 * - `first_pass`, `second_pass`: its wall time comes twice on that day, and this is the first or second time.
 */
export type ClockChangeNote = 'after_gap' | 'first_pass' | 'second_pass'

const SHOWN = 10
/** Longer than any clock change. */
const AROUND_MS = 3 * 3_600_000

/** The next fires, as far as the schedule knows now. Empty while it is paused or has ended. */
export function upcomingFires(schedule: Schedule, calendar: Calendar): readonly Upcoming[] {
  const { status, nextFireAt, spec } = schedule
  if (status !== 'active') return []
  const times: number[] = []
  for (let at = nextFireAt; at !== null && times.length < SHOWN; at = nextFire(schedule, at, calendar)) times.push(at)
  const cron = 'cron' in spec.when ? spec.when : null
  return times.map((at) => ({
    at,
    wallTime: calendar.wallTime(cron?.timeZone ?? 'UTC', at),
    note: cron && noteOf(cron, at, calendar),
  }))
}

function noteOf(cron: CronTimes, at: number, calendar: Calendar): ClockChangeNote | null {
  if (!calendar.fits(cron, at)) return 'after_gap'
  const offsetAt = (time: number): number => calendar.offsetAt(cron.timeZone, time)
  const offset = offsetAt(at)
  const toCome = offset - offsetAt(at + AROUND_MS)
  if (toCome > 0 && offsetAt(at + toCome) === offset - toCome) return 'first_pass'
  const gone = offsetAt(at - AROUND_MS) - offset
  return gone > 0 && offsetAt(at - gone) === offset + gone ? 'second_pass' : null
}
