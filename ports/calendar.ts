/** Five fields in the wall time of a zone. */
export interface CronTimes {
  readonly cron: string
  /** An IANA name. */
  readonly timeZone: string
}

/**
 * Wall clocks and cron expressions. It is pure: the same arguments have the same answer, as long as the runtime has the
 * same rules of time zones. An implementation is correct when `test/application/schedule/` passes on it.
 */
export interface Calendar {
  /** The first time (epoch ms) after `after` that fits; `null` when there is none in the next years. */
  next(times: CronTimes, after: number): number | null

  /** What is wrong with it, as a sentence; `null` when nothing is. */
  problemWith(times: CronTimes): string | null

  isTimeZone(name: string): boolean

  /** Whether the wall clock shows a time that fits. */
  fits(times: CronTimes, at: number): boolean

  /** RFC 3339, with the offset of the zone: `2027-03-28T03:00:00+02:00`. */
  wallTime(timeZone: string, at: number): string

  /** How far the wall clock of the zone is ahead of UTC at `at`, in ms. */
  offsetAt(timeZone: string, at: number): number
}
