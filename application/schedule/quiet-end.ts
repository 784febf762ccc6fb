import type { QuietHours } from '#domain/schedule/spec.ts'
import type { Calendar } from '#ports/calendar.ts'

const MINUTE_MS = 60_000
const DAY_MINUTES = 1440

/** When the quiet hours that `at` lies in end; `null` when it lies in none. Both epoch ms. */
export function quietEnd({ from, to, timeZone }: QuietHours, at: number, calendar: Calendar): number | null {
  const wall = wallMinutes(timeZone, at, calendar)
  const [begin, end] = [minutesOf(from), minutesOf(to)]
  const isInside = begin < end ? wall >= begin && wall < end : wall >= begin || wall < end
  if (!isInside) return null
  const untilEnd = (end - Math.floor(wall) + DAY_MINUTES) % DAY_MINUTES
  const elapsed = Math.floor(at / MINUTE_MS) * MINUTE_MS + untilEnd * MINUTE_MS
  if (wallMinutes(timeZone, elapsed, calendar) === end) return elapsed
  // The clock is changed before the end, so it comes sooner or later than on other days.
  const [hours = '0', minutes = '0'] = to.split(':')
  return calendar.next({ cron: `${String(Number(minutes))} ${String(Number(hours))} * * *`, timeZone }, at)
}

function minutesOf(time: string): number {
  const [hours = '0', minutes = '0'] = time.split(':')
  return Number(hours) * 60 + Number(minutes)
}

/** Minutes since midnight on the wall. */
function wallMinutes(timeZone: string, at: number, calendar: Calendar): number {
  const minutes = (at + calendar.offsetAt(timeZone, at)) / MINUTE_MS
  return ((minutes % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES
}
