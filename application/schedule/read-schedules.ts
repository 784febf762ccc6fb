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

export interface ScheduleFilter {
  /** `null` for those that are not ended. */
  readonly status: ScheduleStatus | null
  readonly agent?: string | undefined
  /** One that its jobs get. */
  readonly tag?: string | undefined
  /** What the caller's id begins with. */
  readonly idPrefix?: string | undefined
}

export interface ScheduleListQuery {
  readonly tenantId: string
  readonly filter: ScheduleFilter
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
    const { records, scheduleIds } = this.#deps
    const schedule = await records.get(tenantId, await scheduleIds.schedule(tenantId, scheduleId))
    // A deletion that came before its schedule leaves a record that never was one.
    if (!schedule || schedule.generation === 0) throw new ScheduleNotFoundError(scheduleId)
    return { schedule, upcoming: this.upcoming(schedule) }
  }

  /** In no particular order, which stays the same from page to page. */
  async list({ tenantId, filter, size, after }: ScheduleListQuery): Promise<SchedulePage> {
    const { records, next } = await this.#deps.records.list({ tenantId, size, after })
    return { schedules: records.filter((schedule) => fits(schedule, filter)), next }
  }

  /** The next fires of a schedule that a command has answered with. */
  upcoming(schedule: Schedule): readonly Upcoming[] {
    return upcomingFires(schedule, this.#deps.calendar)
  }
}

function fits(schedule: Schedule, { status, agent, tag, idPrefix = '' }: ScheduleFilter): boolean {
  const { generation, scheduleId, spec } = schedule
  if (generation === 0 || !scheduleId.startsWith(idPrefix)) return false
  if (agent !== undefined && spec.agent !== agent) return false
  if (tag !== undefined && !spec.tags.includes(tag)) return false
  return status === null ? schedule.status !== 'ended' : schedule.status === status
}
