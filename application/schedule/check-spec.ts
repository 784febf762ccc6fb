import { InvalidScheduleError } from '#domain/schedule/errors.ts'
import { MAX_LIMIT } from '#domain/schedule/limit-window.ts'
import { MAX_INPUT_CHARS, SCHEDULE_ID } from '#domain/schedule/schedule.ts'
import { type QuietHours, type ScheduleSpec, type When, isOnce } from '#domain/schedule/spec.ts'
import type { Calendar } from '#ports/calendar.ts'

const YEAR_S = 366 * 86_400
const TIME_OF_DAY = /^([01]\d|2[0-3]):[0-5]\d$/

/** @throws {InvalidScheduleError} when a schedule may not have this id. */
export function checkScheduleId(scheduleId: string): void {
  if (SCHEDULE_ID.test(scheduleId)) return
  throw new InvalidScheduleError(
    'The id of a schedule has 1 to 128 characters: letters, digits, ".", "_", ":" and "-".',
  )
}

/** @throws {InvalidScheduleError} with a sentence that says what is wrong. */
export function checkSpec(spec: ScheduleSpec, calendar: Calendar): void {
  const problem =
    problemWithWhen(spec.when, calendar) ??
    problemWithPolicies(spec) ??
    (spec.quietHours && problemWithQuietHours(spec.quietHours, calendar)) ??
    problemWithLimit(spec)
  if (problem !== null) throw new InvalidScheduleError(problem)
  if (JSON.stringify(spec.input).length > MAX_INPUT_CHARS)
    throw new InvalidScheduleError(`The input of a schedule may have ${String(MAX_INPUT_CHARS)} characters as JSON.`)
}

function problemWithWhen(when: When, calendar: Calendar): string | null {
  if ('cron' in when) return problemWithZone(when.timeZone, calendar) ?? calendar.problemWith(when)
  if ('everySeconds' in when) return outside('when.everySeconds', when.everySeconds, [1, YEAR_S])
  if ('delaySeconds' in when) return outside('when.delaySeconds', when.delaySeconds, [0, YEAR_S])
  return Number.isSafeInteger(when.at) ? null : 'when.at must be a time.'
}

function problemWithPolicies(spec: ScheduleSpec): string | null {
  const { when, latestBy, merge, catchUpWithinSeconds: within, pauseAfterFailures: failures } = spec
  if (!isOnce(when) && latestBy !== null) return 'latestBy is for a schedule that fires once.'
  if (!isOnce(when) && merge !== 'last') return 'merge is for a schedule that fires once.'
  if (!isOnce(when) && within === null) return 'catchUpWithinSeconds must be set for a schedule that recurs.'
  return (
    (within === null ? null : outside('catchUpWithinSeconds', within, [1, YEAR_S])) ??
    (failures === null ? null : outside('pauseAfterFailures', failures, [1, 1000]))
  )
}

function problemWithQuietHours({ from, to, timeZone }: QuietHours, calendar: Calendar): string | null {
  if (!TIME_OF_DAY.test(from) || !TIME_OF_DAY.test(to)) return 'quietHours need "from" and "to" as HH:MM.'
  if (from === to) return 'quietHours must end at another time than they begin.'
  return problemWithZone(timeZone, calendar)
}

function problemWithLimit({ limit }: ScheduleSpec): string | null {
  if (!limit) return null
  if (limit.key.length < 1 || limit.key.length > 256) return 'limit.key must have 1 to 256 characters.'
  return outside('limit.max', limit.max, [1, MAX_LIMIT]) ?? outside('limit.perSeconds', limit.perSeconds, [1, YEAR_S])
}

function problemWithZone(timeZone: string, calendar: Calendar): string | null {
  if (calendar.isTimeZone(timeZone)) return null
  return `"${timeZone}" is no time zone. Use a name like "Europe/Stockholm" or "UTC".`
}

function outside(name: string, value: number, [least, most]: readonly [number, number]): string | null {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return null
  return `${name} must be a whole number from ${String(least)} to ${String(most)}.`
}
