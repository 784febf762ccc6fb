import { ScheduleNotFoundError } from '#domain/schedule/errors.ts'
import type { Schedule, ScheduleStatus } from '#domain/schedule/schedule.ts'
import type { Calendar } from '#ports/calendar.ts'
import type { RecordIntake, RecordList } from '#ports/record-store.ts'
import type { ScheduleIds } from './schedule-ids.ts'
import { type Upcoming, upcomingFires } from './upcoming.ts'

export interface ReadSchedulesDeps {
  readonly records: Pick<RecordIntake<Schedule>, 'get'> & RecordList<Schedule>
  readonly scheduleIds: ScheduleIds
  readonly calendar: Calendar
}

export interface ScheduleListQuery {
  readonly tenantId: string
  /** `null` for those that are not ended. */
  readonly status: ScheduleStatus | null
  readonly size: number
  /** Where the page before ended. */
  readonly after: string | null
}

/** A page may be shorter than requested, even empty, and still have a next one. */
export interface SchedulePage {
  readonly schedules: readonly Schedule[]
  /** Where the next page begins; `null` when this was the last. */
  readonly next: string | null
}

/** Shows schedules. */
export class ReadSchedules {
  readonly #deps: ReadSchedulesDeps

  constructor(deps: ReadSchedulesDeps) {
    this.#deps = deps
  }

  /** An ended one for a week. @throws {ScheduleNotFoundError} */
  async get(tenantId: string, scheduleId: string): Promise<{ schedule: Schedule; upcoming: readonly Upcoming[] }> {
    const { records, scheduleIds, calendar } = this.#deps
    const schedule = await records.get(tenantId, await scheduleIds.schedule(tenantId, scheduleId))
    // A deletion that came before its schedule leaves a record that never was one.
    if (!schedule || schedule.generation === 0) throw new ScheduleNotFoundError(scheduleId)
    return { schedule, upcoming: upcomingFires(schedule, calendar) }
  }

  /** In no particular order, which stays the same from page to page. */
  async list({ tenantId, status, size, after }: ScheduleListQuery): Promise<SchedulePage> {
    const { records, next } = await this.#deps.records.list({ tenantId, size, after })
    const fits = (schedule: Schedule): boolean =>
      schedule.generation > 0 && (status === null ? schedule.status !== 'ended' : schedule.status === status)
    return { schedules: records.filter(fits), next }
  }
}
