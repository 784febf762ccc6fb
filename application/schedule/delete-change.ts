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
  return newestOccurredAt === schedule.newestOccurredAt
    ? unchanged(schedule)
    : changed({ ...schedule, newestOccurredAt, endedAt: context.now, changedAt: context.now, changedBy: command.by })
}

function ended(schedule: Schedule, { by, because }: Delete, { now }: ChangeContext): Schedule {
  return {
    ...withCanceled(schedule, 'deleted', now),
    status: 'ended',
    endedAt: now,
    endedBecause: because,
    pausedBecause: null,
    nextFireAt: null,
    waiting: null,
    backfill: null,
    requests: [],
    events: [],
    droppedEvents: 0,
    changedAt: now,
    changedBy: by,
  }
}

/** A deletion that came before its schedule: it only remembers when it happened. */
function neverMade(command: Delete, context: ChangeContext): Schedule {
  const { now } = context
  const spec = { agent: '', input: null, when: { at: now } }
  const empty = newSchedule({ ...command, spec, declaredBy: null }, context)
  return { ...empty, generation: 0, status: 'ended', nextFireAt: null, endedAt: now, endedBecause: 'deleted' }
}
