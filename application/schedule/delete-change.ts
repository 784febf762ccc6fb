import { ScheduleDeclaredError, ScheduleNotFoundError } from '#domain/schedule/errors.ts'
import type { Schedule } from '#domain/schedule/schedule.ts'
import { withCanceled } from './canceled-fires.ts'
import { newSchedule } from './new-schedule.ts'
import { isStale, newestOf } from './occurred-at.ts'
import { type ChangeContext, type ScheduleChanged, changed, unchanged } from './schedule-change.ts'
import type { ScheduleCommand } from './schedule-command.ts'

type Delete = Extract<ScheduleCommand, { type: 'delete' }>

/** The end of a schedule. What is pending is submitted all the same, because it may have been already. */
export function deleted(schedule: Schedule | null, command: Delete, context: ChangeContext): ScheduleChanged {
  const { scheduleId, occurredAt, because } = command
  if (!schedule) {
    if (occurredAt === null) throw new ScheduleNotFoundError(scheduleId)
    return changed(neverMade(command, context))
  }
  if (schedule.declaredBy === 'code' && schedule.status !== 'ended' && because === 'deleted')
    throw new ScheduleDeclaredError(scheduleId)
  if (isStale(schedule, occurredAt)) return unchanged(schedule)
  const newestOccurredAt = newestOf(schedule, occurredAt)
  if (schedule.status !== 'ended') return changed({ ...ended(schedule, command, context), newestOccurredAt })
  const said = { newestOccurredAt, endedBecause: because }
  const isRepeat = newestOccurredAt === schedule.newestOccurredAt && because === schedule.endedBecause
  return isRepeat ? unchanged(schedule) : changed({ ...schedule, ...said, ...by(command, context) })
}

/** What is remembered of the end lasts from now on. */
function by({ by: actor }: Delete, { now }: ChangeContext): Pick<Schedule, 'endedAt' | 'changedAt' | 'changedBy'> {
  return { endedAt: now, changedAt: now, changedBy: actor }
}

function ended(schedule: Schedule, command: Delete, context: ChangeContext): Schedule {
  return {
    ...withCanceled(schedule, 'deleted', context),
    ...by(command, context),
    status: 'ended',
    endedBecause: command.because,
    pausedBecause: null,
    nextFireAt: null,
    waiting: null,
    backfill: null,
    requests: [],
    events: [],
    droppedEvents: 0,
  }
}

/** A deletion that came before its schedule: it only remembers when it happened. */
function neverMade(command: Delete, context: ChangeContext): Schedule {
  const { now } = context
  const spec = { agent: '', input: null, when: { at: now } }
  const empty = newSchedule({ ...command, spec, declaredBy: null }, context)
  return { ...empty, generation: 0, status: 'ended', nextFireAt: null, endedAt: now, endedBecause: 'deleted' }
}
