import { InvalidScheduleError, ScheduleDeclaredError } from '#domain/schedule/errors.ts'
import type { Schedule } from '#domain/schedule/schedule.ts'
import { type ScheduleSpec, type When, isOnce } from '#domain/schedule/spec.ts'
import { withCanceled } from './canceled-fires.ts'
import { withEvent } from './events.ts'
import { newSchedule } from './new-schedule.ts'
import { nextFire, onceAt } from './next-fire.ts'
import { isSpent, isStale, newestOf } from './occurred-at.ts'
import { type ChangeContext, type ScheduleChanged, changed, unchanged } from './schedule-change.ts'
import type { ScheduleCommand } from './schedule-command.ts'

type Put = Extract<ScheduleCommand, { type: 'put' }>

/**
 * Creates or replaces a schedule. A later PUT moves the fire of a schedule that fires once. A PUT with the same `when`
 * does not disturb the cadence of a schedule that recurs.
 */
export function put(schedule: Schedule | null, command: Put, context: ChangeContext): ScheduleChanged {
  if (!schedule) return changed(checked(newSchedule(command, context)), true)
  const { status, declaredBy } = schedule
  const isEnded = status === 'ended'
  if (declaredBy === 'code' && !isEnded && command.declaredBy === null)
    throw new ScheduleDeclaredError(command.scheduleId)
  if (isStale(schedule, command.occurredAt) || repeatsItsEnd(schedule, command.spec)) return unchanged(schedule)
  const isNew = isEnded || !goesOn(schedule, command.spec.when)
  const next = isNew ? startedAnew(schedule, command, context) : goingOn(schedule, command, context)
  return changed(checked({ ...next, newestOccurredAt: newestOf(schedule, command.occurredAt) }), isEnded)
}

/** A repeat of the PUT of a fixed time that has fired, or is firing, would otherwise fire at once. */
function repeatsItsEnd(schedule: Schedule, { when }: ScheduleSpec): boolean {
  const { status, spec, endedBecause } = schedule
  if (!isSpent(schedule) || (status === 'ended' && endedBecause !== 'completed')) return false
  return 'at' in when && 'at' in spec.when && when.at === spec.when.at
}

/** Whether `when` continues what is there: the fire is still to come, or the cadence is the same. */
function goesOn({ spec, nextFireAt, waiting }: Schedule, when: When): boolean {
  if (isOnce(when)) return isOnce(spec.when) && (nextFireAt !== null || waiting !== null)
  return !isOnce(spec.when) && JSON.stringify(sorted(spec.when)) === JSON.stringify(sorted(when))
}

function sorted(when: When): readonly unknown[] {
  return 'cron' in when ? [when.cron, when.timeZone] : Object.entries(when)
}

/**
 * Another generation. What is pending is of the one before, and goes on; of a cadence also the jobs that still run. Runs
 * on request are of no generation.
 */
function startedAnew(schedule: Schedule, command: Put, context: ChangeContext): Schedule {
  const fresh = newSchedule(command, context)
  const { status, pausedBecause, version, pending, requests } = schedule
  const openJobs = status === 'ended' || isOnce(command.spec.when) ? [] : schedule.openJobs
  const kept = status === 'paused' ? { status, pausedBecause } : {}
  const { fires } = withCanceled(schedule, 'replaced', context)
  const generation = Math.max(context.now, schedule.generation + 1)
  return { ...fresh, ...kept, version, pending, requests, fires, openJobs, generation }
}

function goingOn(schedule: Schedule, { spec, by, declaredBy }: Put, context: ChangeContext): Schedule {
  const { now, calendar } = context
  const said = { ...schedule, declaredBy, changedAt: now, changedBy: by }
  const { anchorAt, decidedUntil } = schedule
  if (!isOnce(spec.when)) {
    const nextFireAt = nextFire({ spec, anchorAt }, decidedUntil, calendar)
    return { ...said, spec, nextFireAt, plannedAt: now }
  }
  const latestBy = schedule.spec.latestBy ?? spec.latestBy
  const input = spec.merge === 'first' ? schedule.spec.input : spec.input
  const { fires } = schedule.waiting ? withCanceled({ ...schedule, nextFireAt: null }, 'replaced', context) : schedule
  return {
    ...said,
    fires,
    waiting: null,
    spec: { ...spec, latestBy, input },
    nextFireAt: onceAt({ when: spec.when, latestBy }, now),
    plannedAt: now,
    ...withEvent(schedule.events, schedule.droppedEvents, spec),
  }
}

function checked(schedule: Schedule): Schedule {
  const { nextFireAt, spec } = schedule
  if (nextFireAt === null)
    throw new InvalidScheduleError(
      spec.endAt === null
        ? 'The schedule would never fire: no date fits its cron expression.'
        : 'The schedule would never fire: it has no time before its "endAt".',
    )
  if (spec.endAt !== null && nextFireAt >= spec.endAt)
    throw new InvalidScheduleError('The schedule would never fire: its time is not before "endAt".')
  return schedule
}
