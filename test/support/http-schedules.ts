import type { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { SqlRecordStore } from '#adapters/sql/record-store.ts'
import { CronerCalendar } from '#adapters/web/calendar.ts'
import type { CancelJob } from '#application/job/cancel-job.ts'
import type { DerivedIds } from '#application/job/derived-ids.ts'
import type { SubmitJob } from '#application/job/submit-job.ts'
import { ChangeRecord } from '#application/record/change-record.ts'
import { WakeRecord } from '#application/record/wake-record.ts'
import { changeSchedule } from '#application/schedule/change-schedule.ts'
import { ControlSchedule } from '#application/schedule/control-schedule.ts'
import { DeleteSchedule } from '#application/schedule/delete-schedule.ts'
import { FireSchedule } from '#application/schedule/fire-schedule.ts'
import { takePlace } from '#application/schedule/limit-fires.ts'
import { PutSchedule } from '#application/schedule/put-schedule.ts'
import { ReadSchedules } from '#application/schedule/read-schedules.ts'
import type { ScheduleCommand } from '#application/schedule/schedule-command.ts'
import { ScheduleIds } from '#application/schedule/schedule-ids.ts'
import { LIMIT_WINDOW } from '#domain/schedule/limit-window.ts'
import { SCHEDULE, type Schedule } from '#domain/schedule/schedule.ts'
import type { Clock } from '#ports/clock.ts'
import type { Hasher } from '#ports/hasher.ts'
import type { IdGenerator } from '#ports/id-generator.ts'
import type { JobIntake } from '#ports/job-store.ts'
import type { Waker } from '#ports/waker.ts'

export interface HttpSchedulesDeps {
  readonly db: SqliteDatabase
  readonly waker: Waker
  readonly clock: Clock
  readonly hasher: Hasher
  readonly ids: IdGenerator
  readonly derivedIds: DerivedIds
  readonly submitJob: SubmitJob
  readonly cancelJob: CancelJob
  readonly jobs: JobIntake
}

/** The use-cases of schedules, and what wakes one. */
export function httpSchedules(deps: HttpSchedulesDeps) {
  const { db, waker, clock, hasher, ids, derivedIds, submitJob } = deps
  const calendar = new CronerCalendar()
  const records = new SqlRecordStore(db, SCHEDULE, waker)
  const scheduleIds = new ScheduleIds({ hasher })
  const decide = (schedule: Schedule | null, command: ScheduleCommand, moment: { id: string; now: number }) =>
    changeSchedule(schedule, command, { ...moment, calendar })
  const changing = { schedules: new ChangeRecord({ records, clock, decide }), scheduleIds }
  const windows = new SqlRecordStore(db, LIMIT_WINDOW, waker)
  const limits = new ChangeRecord({ records: windows, clock, decide: takePlace })
  const fireSchedule = new FireSchedule({ ...deps, limits, scheduleIds, calendar })
  const woken = new WakeRecord({
    kind: SCHEDULE,
    records,
    clock,
    wake: (schedule, keep) => fireSchedule.execute(schedule, keep),
  })
  return {
    putSchedule: new PutSchedule({ ...changing, submitJob, calendar }),
    deleteSchedule: new DeleteSchedule(changing),
    controlSchedule: new ControlSchedule({ ...changing, derivedIds, ids }),
    readSchedules: new ReadSchedules({ records, scheduleIds, calendar }),
    /** Wakes the schedule until it is not due, as an engine does. */
    wake: async (tenantId: string, scheduleId: string): Promise<void> => {
      const id = await scheduleIds.schedule(tenantId, scheduleId)
      for (let at = await woken.execute(id); at !== null && at <= clock.now();) at = await woken.execute(id)
    },
  }
}
