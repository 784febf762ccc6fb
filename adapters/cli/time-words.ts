import { InvalidArgumentError } from 'commander'
import { DAY_MS } from '#domain/time/duration.ts'

// Times and days as people say them. All days are of UTC.

interface Direction {
  readonly sign: 1 | -1
  /** Days from now, in this direction. */
  readonly words: Readonly<Record<string, number>>
}

const PAST: Direction = { sign: -1, words: { today: 0, yesterday: 1 } }
const COMING: Direction = { sign: 1, words: { tomorrow: 1 } }
const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: DAY_MS }

// For Commander, which gives a parser more than the text.
export const toDay = (text: string): Date => day(text)
export const toPast = (text: string): string => pastTime(text)
export const toComing = (text: string): string => comingTime(text)

/** A day. @throws {InvalidArgumentError} */
export function day(text: string, now = new Date()): Date {
  const daysAgo = PAST.words[text] ?? /^(\d{1,4})d$/.exec(text)?.[1]
  const found = daysAgo === undefined ? calendarDay(text) : startOfDay(now, -Number(daysAgo))
  if (found) return found
  throw new InvalidArgumentError('It must be a day, such as 2026-11-23, "today", "yesterday", or "7d" for 7 days ago.')
}

/** A time that has passed, for the server. @throws {InvalidArgumentError} */
export function pastTime(text: string, now = new Date()): string {
  const found = timeIn(text, now, PAST)
  if (found !== null) return found
  throw new InvalidArgumentError(
    'It must be a time with its zone, such as 2026-11-23T08:00:00Z, or a day, "today", "yesterday", or "7d" or "2h" for so long ago.',
  )
}

/** A time to come, for the server. @throws {InvalidArgumentError} */
export function comingTime(text: string, now = new Date()): string {
  const found = timeIn(text, now, COMING)
  if (found !== null) return found
  throw new InvalidArgumentError(
    'It must be a time with its zone, such as 2026-11-23T08:00:00Z, or a day, "tomorrow", or "7d" or "2h" for in so long.',
  )
}

function timeIn(text: string, now: Date, { sign, words }: Direction): string | null {
  // The server reads such a time, and knows what is wrong with one.
  if (/^\d{4}-\d{2}-\d{2}T.*(?:Z|[+-]\d{2}:\d{2})$/i.test(text)) return text
  const [, count, unit] = /^(\d{1,4})([mhd])$/.exec(text) ?? []
  if (count !== undefined)
    return new Date(now.getTime() + sign * Number(count) * (UNIT_MS[unit ?? ''] ?? 0)).toISOString()
  const days = words[text]
  return (days === undefined ? calendarDay(text) : startOfDay(now, sign * days))?.toISOString() ?? null
}

function startOfDay(now: Date, days: number): Date {
  return new Date(`${dateOf(new Date(now.getTime() + days * DAY_MS))}T00:00:00.000Z`)
}

function calendarDay(text: string): Date | null {
  const at = new Date(`${text}T00:00:00.000Z`)
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(at.getTime()) && dateOf(at) === text ? at : null
}

/** `2026-11-23`. */
export function dateOf(at: Date): string {
  return at.toISOString().slice(0, 10)
}
