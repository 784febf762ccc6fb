import type { Schedule } from '#domain/schedule/schedule.ts'
import { type ScheduleInput, scheduleSpec } from '#domain/schedule/spec.ts'
import { withEvent } from './events.ts'
import { nextFire, onceAt } from './next-fire.ts'
import type { ChangeContext } from './schedule-change.ts'
import type { ScheduleCommand, ScheduleKey } from './schedule-command.ts'

type Put = Extract<ScheduleCommand, { type: 'put' }>

type New = ScheduleKey & Pick<Put, 'occurredAt' | 'declaredBy'> & { readonly spec: ScheduleInput }

export function newSchedule(command: New, { id, now, calendar }: ChangeContext): Schedule {
  const { tenantId, scheduleId, by, occurredAt, declaredBy } = command
  const spec = scheduleSpec(command.spec)
  return {
    id,
    tenantId,
    scheduleId,
    version: 1,
    updatedAt: now,
    status: 'active',
    spec,
    generation: now,
    anchorAt: now,
    decidedUntil: now,
    nextFireAt: onceAt(spec, now) ?? nextFire({ spec, anchorAt: now }, now, calendar),
    plannedAt: now,
    waiting: null,
    pending: null,
    requests: [],
    backfill: null,
    ...withEvent([], 0, spec),
    openJobs: [],
    failures: 0,
    fires: [],
    newestOccurredAt: occurredAt,
    declaredBy,
    createdAt: now,
    createdBy: by,
    changedAt: now,
    changedBy: by,
    pausedBecause: null,
    endedAt: null,
    endedBecause: null,
  }
}
