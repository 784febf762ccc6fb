import { Cron } from 'croner'
import type { Calendar, CronTimes } from '#ports/calendar.ts'

/** Expressions and zones that are kept ready. */
const KEPT = 1000
/** What crontab(5) has, and `L` for the last day: none of croner's own `W`, `#`, `+` and `?`. */
const FIELD = /^(?:[\d*,/-]|L|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|SUN|MON|TUE|WED|THU|FRI|SAT)+$/i

/**
 * `Calendar` with croner (https://croner.56k.guru) and the time zones of the runtime. croner's rules for clock changes
 * are ours: see `docs/schedules.md`. Its version is pinned, because they have changed between versions.
 */
export class CronerCalendar implements Calendar {
  readonly #crons = new Map<string, Cron>()
  readonly #walls = new Map<string, Intl.DateTimeFormat>()

  next(times: CronTimes, after: number): number | null {
    // croner counts in whole seconds, and would call a time later in its own second past.
    return (
      this.#cron(times)
        .nextRun(new Date(Math.floor(after / 1000) * 1000))
        ?.getTime() ?? null
    )
  }

  problemWith({ cron, timeZone }: CronTimes): string | null {
    const fields = cron.trim().split(/\s+/)
    if (fields.length !== 5)
      return `"${cron}" must have five fields: minute, hour, day of month, month and day of week.`
    const odd = fields.find((field) => !FIELD.test(field))
    if (odd !== undefined) return `"${odd}" in "${cron}" is none of *, a number, a name, a range, a list and a step.`
    try {
      this.#cron({ cron, timeZone })
      return null
    } catch (error) {
      const why = error instanceof Error ? error.message.replace(/^CronPattern: /, '') : String(error)
      return `"${cron}" is no cron expression: ${why}.`
    }
  }

  isTimeZone(name: string): boolean {
    try {
      this.#wall(name)
      // An offset such as "+02:00" is accepted too, and has no clock changes.
      return /^[A-Za-z]/.test(name)
    } catch {
      return false
    }
  }

  fits(times: CronTimes, at: number): boolean {
    return this.#cron(times).match(new Date(at))
  }

  wallTime(timeZone: string, at: number): string {
    const offsetMs = this.offsetAt(timeZone, at)
    const wall = new Date(at + offsetMs)
      .toISOString()
      .replace(/\.000Z$/, '')
      .replace(/Z$/, '')
    if (timeZone === 'UTC') return `${wall}Z`
    const minutes = Math.round(Math.abs(offsetMs) / 60_000)
    const two = (value: number): string => String(value).padStart(2, '0')
    return `${wall}${offsetMs < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
  }

  offsetAt(timeZone: string, at: number): number {
    const parts = new Map(
      this.#wall(timeZone)
        .formatToParts(at)
        .map(({ type, value }) => [type, Number(value)]),
    )
    const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0
    const day = [part('year'), part('month') - 1, part('day')] as const
    const wall = Date.UTC(...day, part('hour'), part('minute'), part('second'))
    return wall - Math.floor(at / 1000) * 1000
  }

  #cron({ cron, timeZone }: CronTimes): Cron {
    const make = (): Cron => new Cron(cron, { timezone: timeZone, paused: true, mode: '5-part' })
    return kept(this.#crons, `${cron}\n${timeZone}`, make)
  }

  #wall(timeZone: string): Intl.DateTimeFormat {
    const make = (): Intl.DateTimeFormat => new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', ...NUMBERS })
    return kept(this.#walls, timeZone, make)
  }
}

function kept<T>(cache: Map<string, T>, key: string, make: () => T): T {
  const known = cache.get(key)
  if (known !== undefined) return known
  if (cache.size >= KEPT) cache.clear()
  const made = make()
  cache.set(key, made)
  return made
}

const NUMBERS = {
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
} as const
