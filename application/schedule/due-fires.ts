import { type Fire, fireEntry } from '#domain/schedule/fire.ts'
import type { Schedule } from '#domain/schedule/schedule.ts'
import { isOnce } from '#domain/schedule/spec.ts'
import type { Calendar } from '#ports/calendar.ts'
import { nextFire } from './next-fire.ts'

export interface DueFires {
  /** Nominal times to make now, oldest first. */
  readonly made: readonly number[]
  /** Those before them that are not made up for, as one entry of the history. */
  readonly missed: Fire | null
  readonly decidedUntil: number
  readonly nextFireAt: number | null
}

interface Moment {
  /** Epoch ms. */
  readonly now: number
  readonly calendar: Calendar
  readonly unfinished: readonly string[]
}

/** Fires that are submitted together. */
export const FIRES_TOGETHER = 20
/** Nominal times that one wake decides; what is left is due at once. */
const SLICE = 1000
/** A fire that is this late or less was not missed. */
const LATE_MS = 60_000

/** The nominal times that have come since the last decision, by the schedule's catch-up policy. Pure. */
export function dueFires(schedule: Schedule, moment: Moment): DueFires {
  return isOnce(schedule.spec.when) ? dueOnce(schedule, moment) : dueAgain(schedule, moment)
}

function dueOnce(schedule: Schedule, { now }: Moment): DueFires {
  const { nextFireAt, decidedUntil } = schedule
  if (nextFireAt === null || nextFireAt > now) return { made: [], missed: null, decidedUntil, nextFireAt }
  const [made, missed] = [[nextFireAt], missedEntry([nextFireAt], now)]
  const after = { decidedUntil: nextFireAt, nextFireAt: null }
  return isMadeUpFor(schedule, nextFireAt, now) ? { made, missed: null, ...after } : { made: [], missed, ...after }
}

function dueAgain(schedule: Schedule, moment: Moment): DueFires {
  const { now, calendar } = moment
  const { times, isCut } = passed(schedule, moment)
  const wanted = times.filter((at) => isMadeUpFor(schedule, at, now))
  const isLastOnly = schedule.spec.catchUp !== 'all'
  // While later ones follow, the last of these is not the last.
  const made = isLastOnly ? (isCut ? [] : wanted.slice(-1)) : wanted.slice(0, together(schedule, moment))
  const decidedUntil = made.at(-1) ?? times.at(-1) ?? schedule.decidedUntil
  const missed = times.filter((at) => at <= decidedUntil && !made.includes(at))
  return {
    made,
    missed: missedEntry(missed, now),
    decidedUntil,
    nextFireAt: nextFire(schedule, decidedUntil, calendar),
  }
}

/** Where one may not overlap the next, each is decided when the one before it is submitted. */
function together({ spec: { overlap } }: Schedule, { unfinished }: Moment): number {
  const allAreSkipped = overlap === 'skip' && unfinished.length > 0
  return overlap === 'allow' || allAreSkipped ? FIRES_TOGETHER : 1
}

function passed(
  schedule: Schedule,
  { now, calendar }: Moment,
): { readonly times: readonly number[]; readonly isCut: boolean } {
  const times: number[] = []
  // Not from `nextFireAt`: the zone's rules may have changed since it was planned.
  let at = nextFire(schedule, schedule.decidedUntil, calendar)
  while (at !== null && at <= now && times.length < SLICE) {
    times.push(at)
    at = nextFire(schedule, at, calendar)
  }
  return { times, isCut: at !== null && at <= now }
}

function isMadeUpFor({ spec }: Schedule, at: number, now: number): boolean {
  const lateMs = now - at
  if (lateMs <= LATE_MS) return true
  if (spec.catchUp === 'none') return false
  return spec.catchUpWithinSeconds === null || lateMs <= spec.catchUpWithinSeconds * 1000
}

function missedEntry(times: readonly number[], at: number): Fire | null {
  const [nominalAt] = times
  if (nominalAt === undefined) return null
  const lastNominalAt = times.at(-1) ?? nominalAt
  return fireEntry({ nominalAt, lastNominalAt, count: times.length, cause: 'schedule', outcome: 'missed', at })
}
