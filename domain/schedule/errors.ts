import { AppError } from '../app-error.ts'

export class ScheduleNotFoundError extends AppError {
  readonly code = 'schedule_not_found'

  constructor(scheduleId: string) {
    super(`There is no schedule "${scheduleId}".`)
  }
}

/** A schedule that the code declares is changed in the code. */
export class ScheduleDeclaredError extends AppError {
  readonly code = 'schedule_declared'

  constructor(scheduleId: string) {
    super(
      `Schedule "${scheduleId}" is declared in code and cannot be replaced or deleted here. Change it in the configuration and deploy, or pause it.`,
    )
  }
}

/** What a caller says of a schedule makes no sense. */
export class InvalidScheduleError extends AppError {
  readonly code = 'invalid_schedule'
}

/** The schedule has ended, so there is nothing to pause, resume, run or backfill. */
export class ScheduleEndedError extends AppError {
  readonly code = 'schedule_ended'

  constructor(scheduleId: string) {
    super(`Schedule "${scheduleId}" has ended. PUT it again to start it anew.`)
  }
}

/** Only one backfill of a schedule is under way at a time. */
export class ScheduleBusyError extends AppError {
  readonly code = 'schedule_busy'
  override readonly retryable = true

  constructor(scheduleId: string) {
    super(`A backfill of schedule "${scheduleId}" is under way. Wait until it has ended.`)
  }
}
