import type { Schedule } from '#domain/schedule/schedule.ts'
import type { Calendar } from '#ports/calendar.ts'
import type { Decided } from '../record/change-record.ts'
import type { ScheduleAnswer } from './schedule-command.ts'

export interface ChangeContext {
  /** The id of the record, also where there is none yet. */
  readonly id: string
  /** Epoch ms. */
  readonly now: number
  readonly calendar: Calendar
}

export type ScheduleChanged = Decided<Schedule, ScheduleAnswer>

export function changed(schedule: Schedule, created = false): ScheduleChanged {
  return { store: schedule, answer: (stored) => ({ schedule: stored, created, ignored: false }) }
}

export function unchanged(schedule: Schedule): ScheduleChanged {
  return { answer: () => ({ schedule, created: false, ignored: true }) }
}
