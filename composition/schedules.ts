import { CancelJob } from '#application/job/cancel-job.ts'
import { DerivedIds } from '#application/job/derived-ids.ts'
import { SubmitJob } from '#application/job/submit-job.ts'
import { ChangeRecord } from '#application/record/change-record.ts'
import { changeSchedule } from '#application/schedule/change-schedule.ts'
import { ControlSchedule } from '#application/schedule/control-schedule.ts'
import { DeleteSchedule } from '#application/schedule/delete-schedule.ts'
import { FireSchedule } from '#application/schedule/fire-schedule.ts'
import { type TakePlace, takePlace } from '#application/schedule/limit-fires.ts'
import { PutSchedule } from '#application/schedule/put-schedule.ts'
import { ReadSchedules } from '#application/schedule/read-schedules.ts'
import { ReconcileSchedules } from '#application/schedule/reconcile-schedules.ts'
import type { ScheduleAnswer, ScheduleCommand } from '#application/schedule/schedule-command.ts'
import { ScheduleIds } from '#application/schedule/schedule-ids.ts'
import type { LimitWindow } from '#domain/schedule/limit-window.ts'
import type { Schedule } from '#domain/schedule/schedule.ts'
import type { RecordCommands } from '#ports/record-commands.ts'
import type { RecordStore } from '#ports/record-store.ts'
import type { Register } from './register.ts'
import * as t from './tokens.ts'
import type { DependencyContainer } from './tsyringe.ts'

/** The use-cases of schedules. */
export function addSchedules(use: Register): void {
  use(ScheduleIds, (c) => new ScheduleIds({ hasher: c.resolve(t.HASHER) }))
  use(
    PutSchedule,
    (c) => new PutSchedule({ ...changing(c), submitJob: c.resolve(SubmitJob), calendar: c.resolve(t.CALENDAR) }),
  )
  use(DeleteSchedule, (c) => new DeleteSchedule(changing(c)))
  use(
    ControlSchedule,
    (c) => new ControlSchedule({ ...changing(c), derivedIds: c.resolve(DerivedIds), ids: c.resolve(t.IDS) }),
  )
  use(
    ReadSchedules,
    (c) =>
      new ReadSchedules({
        records: c.resolve(t.SCHEDULE_READER),
        scheduleIds: c.resolve(ScheduleIds),
        calendar: c.resolve(t.CALENDAR),
      }),
  )
  use(
    ReconcileSchedules,
    (c) =>
      new ReconcileSchedules({
        putSchedule: c.resolve(PutSchedule),
        deleteSchedule: c.resolve(DeleteSchedule),
        declared: c.resolve(t.DECLARED_SCHEDULES),
        hasher: c.resolve(t.HASHER),
      }),
  )
  use(FireSchedule, (c) => fireSchedule(c, c.resolve(CancelJob)))
}

/** @param cancelJob carries the cancellation out where the job lives. */
export function fireSchedule(c: DependencyContainer, cancelJob: Pick<CancelJob, 'execute'>): FireSchedule {
  return new FireSchedule({
    submitJob: c.resolve(SubmitJob),
    cancelJob,
    jobs: c.resolve(t.JOB_INTAKE),
    limits: c.resolve(t.LIMIT_COMMANDS),
    scheduleIds: c.resolve(ScheduleIds),
    derivedIds: c.resolve(DerivedIds),
    calendar: c.resolve(t.CALENDAR),
    clock: c.resolve(t.CLOCK),
  })
}

/** What changes the schedules of a store. */
export function scheduleChanges(
  c: DependencyContainer,
  records: RecordStore<Schedule>,
): RecordCommands<ScheduleCommand, ScheduleAnswer> {
  const calendar = c.resolve(t.CALENDAR)
  return new ChangeRecord({
    records,
    clock: c.resolve(t.CLOCK),
    decide: (schedule, command: ScheduleCommand, moment) => changeSchedule(schedule, command, { ...moment, calendar }),
  })
}

/** What takes places under the limits of a store. */
export function limitChanges(
  c: DependencyContainer,
  records: RecordStore<LimitWindow>,
): RecordCommands<TakePlace, boolean> {
  return new ChangeRecord({ records, clock: c.resolve(t.CLOCK), decide: takePlace })
}

function changing(c: DependencyContainer) {
  return { schedules: c.resolve(t.SCHEDULE_COMMANDS), scheduleIds: c.resolve(ScheduleIds) }
}
