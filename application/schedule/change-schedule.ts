import {
  InvalidScheduleError,
  ScheduleBusyError,
  ScheduleEndedError,
  ScheduleNotFoundError,
} from '#domain/schedule/errors.ts'
import { fireEntry, withFire } from '#domain/schedule/fire.ts'
import { MAX_BACKFILL, MAX_REQUESTS, type Schedule } from '#domain/schedule/schedule.ts'
import { isOnce } from '#domain/schedule/spec.ts'
import { deleted } from './delete-change.ts'
import { nextFire } from './next-fire.ts'
import { put } from './put-change.ts'
import { type ChangeContext, type ScheduleChanged, changed, unchanged } from './schedule-change.ts'
import type { ScheduleCommand } from './schedule-command.ts'

type Command<T extends ScheduleCommand['type']> = Extract<ScheduleCommand, { type: T }>

/** Nominal times that one change counts. */
const MOST_COUNTED = 1000

/**
 * What a command makes of a schedule. Pure.
 * @throws {ScheduleNotFoundError} {ScheduleDeclaredError} {ScheduleEndedError} {ScheduleBusyError} {InvalidScheduleError}
 */
export function changeSchedule(
  schedule: Schedule | null,
  command: ScheduleCommand,
  context: ChangeContext,
): ScheduleChanged {
  if (command.type === 'put') return put(schedule, command, context)
  if (command.type === 'delete') return deleted(schedule, command, context)
  if (!schedule) throw new ScheduleNotFoundError(command.scheduleId)
  if (schedule.status === 'ended') throw new ScheduleEndedError(command.scheduleId)
  switch (command.type) {
    case 'pause':
      return pausedBy(schedule, command, context)
    case 'resume':
      return resumed(schedule, command, context)
    case 'run':
      return run(schedule, command, context)
    case 'backfill':
      return changed(backfilling(schedule, command, context))
  }
}

function pausedBy(schedule: Schedule, { by }: Command<'pause'>, { now }: ChangeContext): ScheduleChanged {
  if (schedule.status === 'paused') return unchanged(schedule)
  return changed({ ...schedule, status: 'paused', pausedBecause: 'caller', changedAt: now, changedBy: by })
}

/** What came while it was paused is skipped; a schedule that fires once still does. */
function resumed(schedule: Schedule, { by }: Command<'resume'>, { now, calendar }: ChangeContext): ScheduleChanged {
  if (schedule.status === 'active') return unchanged(schedule)
  const active = { ...schedule, status: 'active', pausedBecause: null, failures: 0 } as const
  const resuming = { ...active, changedAt: now, changedBy: by }
  if (isOnce(schedule.spec.when)) return changed(resuming)
  const nextFireAt = nextFire(schedule, now, calendar)
  return changed({ ...withSkipped(resuming, { now, calendar }), decidedUntil: now, nextFireAt, plannedAt: now })
}

/** With one entry for the nominal times that have passed without a decision. */
function withSkipped(schedule: Schedule, { now, calendar }: Pick<ChangeContext, 'now' | 'calendar'>): Schedule {
  const nominalAt = schedule.nextFireAt
  if (nominalAt === null || nominalAt > now) return schedule
  let count = 1
  let lastNominalAt = nominalAt
  for (let at = nextFire(schedule, nominalAt, calendar); at !== null && at <= now && count < MOST_COUNTED;) {
    count++
    lastNominalAt = at
    at = nextFire(schedule, at, calendar)
  }
  const skip = { cause: 'schedule', outcome: 'skipped', reason: 'paused' } as const
  const entry = fireEntry({ ...skip, nominalAt, lastNominalAt, count, at: now })
  return { ...schedule, fires: withFire(schedule.fires, entry) }
}

function run(schedule: Schedule, { key, jobId, scheduleId }: Command<'run'>, { now }: ChangeContext): ScheduleChanged {
  const isPending = [...schedule.requests, ...(schedule.pending?.fires ?? [])].some((fire) => fire.key === key)
  if (isPending || schedule.fires.some((fire) => fire.jobId === jobId)) return unchanged(schedule)
  if (schedule.requests.length >= MAX_REQUESTS) throw new ScheduleBusyError(scheduleId)
  return changed({ ...schedule, requests: [...schedule.requests, { key, nominalAt: now }] })
}

function backfilling(schedule: Schedule, command: Command<'backfill'>, { now, calendar }: ChangeContext): Schedule {
  const { from, to, by, scheduleId } = command
  if (schedule.backfill) throw new ScheduleBusyError(scheduleId)
  if (isOnce(schedule.spec.when)) throw new InvalidScheduleError('A schedule that fires once has nothing to backfill.')
  if (from >= to) throw new InvalidScheduleError('A backfill must begin before it ends: "from" must be before "to".')
  if (to > now) throw new InvalidScheduleError('A backfill must lie in the past: "to" must not be later than now.')
  let count = 0
  for (let at = nextFire(schedule, from - 1, calendar); at !== null && at < to; at = nextFire(schedule, at, calendar)) {
    if (++count > MAX_BACKFILL)
      throw new InvalidScheduleError(`A backfill may have ${String(MAX_BACKFILL)} fires. Ask for less time at once.`)
  }
  if (count === 0) throw new InvalidScheduleError('The schedule has no fire in that time.')
  return { ...schedule, backfill: { after: from - 1, to, by } }
}
