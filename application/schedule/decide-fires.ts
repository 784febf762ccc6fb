import { type Fire, type FireReason, fireEntry, withFire } from '#domain/schedule/fire.ts'
import type { PendingFire, Schedule, ScheduledWork, WaitingFire } from '#domain/schedule/schedule.ts'
import { isOnce } from '#domain/schedule/spec.ts'
import type { Calendar } from '#ports/calendar.ts'
import { FIRES_TOGETHER, dueFires } from './due-fires.ts'
import { nextFire } from './next-fire.ts'
import { quietEnd } from './quiet-end.ts'

/** What a decision depends on, beside the schedule. */
export interface Facts {
  /** Epoch ms. */
  readonly now: number
  readonly calendar: Calendar
  /** Jobs of earlier fires that are not finished. */
  readonly unfinished: readonly string[]
}

/** How long the process that has decided fires has to submit them. */
const SUBMIT_MS = 10_000
/** How soon a fire looks again whether an earlier job has ended: after a share of the time that it has waited. */
const LOOK_SHARE = 4
const LOOK_SOONEST_MS = 2000
const LOOK_LATEST_MS = 60_000

/**
 * What becomes of every fire whose time has come, as the schedule after it. Pure. Fires that are to be submitted are
 * then `pending`; all others are in the history already.
 */
export function decideFires(schedule: Schedule, facts: Facts): Schedule {
  const steps = [requested, backfilled, paused, waited, recurred, endedIfSpent]
  const decided = steps.reduce((so, step) => (so.pending ? so : step(so, facts)), schedule)
  const isSpent = decided.nextFireAt === null && !decided.waiting
  return isSpent ? { ...decided, events: [], droppedEvents: 0 } : decided
}

/** Also while the schedule is paused, in quiet hours, and beside a job that runs: a person has asked for it. */
function requested(schedule: Schedule, facts: Facts): Schedule {
  const fires = schedule.requests.map((request) => ({ ...request, cause: 'run', cancels: [] }) as const)
  return fires.length > 0 ? { ...submitting(schedule, fires, facts), requests: [] } : schedule
}

function backfilled(schedule: Schedule, facts: Facts): Schedule {
  const { backfill } = schedule
  if (!backfill) return schedule
  const times: number[] = []
  for (let at = nextFire(schedule, backfill.after, facts.calendar); at !== null && at < backfill.to;) {
    times.push(at)
    if (times.length === FIRES_TOGETHER) break
    at = nextFire(schedule, at, facts.calendar)
  }
  const last = times.at(-1)
  if (last === undefined) return { ...schedule, backfill: null }
  const fires = times.map((at) => fireAt(schedule, at, 'backfill'))
  return { ...submitting(schedule, fires, facts), backfill: { ...backfill, after: last } }
}

function paused(schedule: Schedule, { now, calendar }: Facts): Schedule {
  const { status, spec, failures, waiting, nextFireAt } = schedule
  const { pauseAfterFailures } = spec
  if (status !== 'active' || pauseAfterFailures === null || failures < pauseAfterFailures) return schedule
  const pausing = { ...schedule, status: 'paused', pausedBecause: 'failures', waiting: null } as const
  const skip = { at: now, reason: 'paused_after_failures' } as const
  if (waiting) return skipped(pausing, { ...skip, nominalAt: waiting.nominalAt })
  if (nextFireAt === null || nextFireAt > now || isOnce(spec.when)) return pausing
  const onward = { ...pausing, decidedUntil: nextFireAt, nextFireAt: nextFire(schedule, nextFireAt, calendar) }
  return skipped(onward, { ...skip, nominalAt: nextFireAt })
}

function waited(schedule: Schedule, facts: Facts): Schedule {
  const { waiting, status } = schedule
  if (status !== 'active' || !waiting || !isOver(waiting, facts)) return schedule
  return attempted({ ...schedule, waiting: null }, waiting, facts)
}

/** Where the clock was set back since, an earlier job is looked at now. Quiet hours end by the wall clock. */
function isOver({ for: reason, since, until }: WaitingFire, { now }: Facts): boolean {
  return until <= now || (reason === 'overlap' && since > now)
}

function recurred(schedule: Schedule, facts: Facts): Schedule {
  if (schedule.status !== 'active') return schedule
  const { made, missed, decidedUntil, nextFireAt } = dueFires(schedule, facts)
  const behind = missed ? { ...schedule, fires: withFire(schedule.fires, missed) } : schedule
  const decided = { ...behind, decidedUntil, nextFireAt, plannedAt: facts.now }
  return made.reduce((so, at) => attempted(so, { nominalAt: at, since: facts.now }, facts), decided)
}

/** Ended, if it has no further fire. */
export function endedIfSpent(schedule: Schedule, { now }: Pick<Facts, 'now'>): Schedule {
  const { status, nextFireAt, waiting } = schedule
  if (status === 'ended' || nextFireAt !== null || waiting) return schedule
  // A paused one that has no further fire has nothing to be resumed for.
  return { ...schedule, status: 'ended', endedAt: now, endedBecause: 'completed', pausedBecause: null }
}

type Attempt = Pick<WaitingFire, 'nominalAt' | 'since'> & { readonly for?: WaitingFire['for'] }

/** One fire, as its time has come: to be submitted, moved, queued or skipped. */
function attempted(schedule: Schedule, attempt: Attempt, facts: Facts): Schedule {
  const { now, calendar, unfinished } = facts
  const { nominalAt } = attempt
  const { quietHours, overlap } = schedule.spec
  const movedTo = quietHours && quietEnd(quietHours, now, calendar)
  if (movedTo !== null)
    return waitingFor(schedule, { ...attempt, for: 'quiet_hours', until: movedTo }, { now, attempt })
  if (unfinished.length === 0 || overlap === 'allow') return submitted(schedule, { nominalAt, cancels: [] }, facts)
  if (overlap === 'cancel_previous') return submitted(schedule, { nominalAt, cancels: unfinished }, facts)
  if (overlap === 'skip') return skipped(schedule, { nominalAt, at: now, reason: 'overlap' })
  const restMs = Math.min(Math.max((now - attempt.since) / LOOK_SHARE, LOOK_SOONEST_MS), LOOK_LATEST_MS)
  return waitingFor(schedule, { ...attempt, for: 'overlap', until: now + Math.round(restMs) }, { now, attempt })
}

/** Only one fire waits: the work of several would be the same. */
function waitingFor(
  schedule: Schedule,
  waiting: WaitingFire,
  { now, attempt }: { readonly now: number; readonly attempt: Attempt },
): Schedule {
  const { nominalAt } = waiting
  if (schedule.waiting) return skipped(schedule, { nominalAt, at: now, reason: 'already_waiting' })
  if (attempt.for === waiting.for) return { ...schedule, waiting }
  const isMoved = waiting.for === 'quiet_hours'
  const entry = fireEntry({
    nominalAt,
    cause: 'schedule',
    outcome: isMoved ? 'moved' : 'queued',
    at: now,
    movedTo: isMoved ? waiting.until : null,
  })
  return { ...schedule, waiting, fires: withFire(schedule.fires, entry) }
}

function submitted(
  schedule: Schedule,
  { nominalAt, cancels }: Pick<PendingFire, 'nominalAt' | 'cancels'>,
  facts: Facts,
): Schedule {
  const fire = { ...fireAt(schedule, nominalAt, 'schedule'), cancels }
  return submitting(schedule, [...(schedule.pending?.fires ?? []), fire], facts)
}

function submitting(schedule: Schedule, fires: readonly PendingFire[], { now }: Facts): Schedule {
  return { ...schedule, pending: { fires, work: workOf(schedule), submitAt: now + SUBMIT_MS } }
}

function fireAt({ id, generation }: Schedule, nominalAt: number, cause: PendingFire['cause']): PendingFire {
  return { nominalAt, cause, key: [id, generation, nominalAt].join('\n'), cancels: [] }
}

function skipped(
  schedule: Schedule,
  { nominalAt, at, reason }: { readonly nominalAt: number; readonly at: number; readonly reason: FireReason },
): Schedule {
  const entry: Fire = fireEntry({ nominalAt, cause: 'schedule', outcome: 'skipped', at, reason })
  return { ...schedule, fires: withFire(schedule.fires, entry) }
}

function workOf({ spec, events, droppedEvents }: Schedule): ScheduledWork {
  const { agent, input, tags, metadata, callback, retainMs, limit, merge, when, writes } = spec
  const merged = merge === 'all' && isOnce(when) ? { events, ...(droppedEvents > 0 && { droppedEvents }) } : input
  return { agent, input: merged, tags, metadata, callback, retainMs, limit, ...(writes && { writes }) }
}
