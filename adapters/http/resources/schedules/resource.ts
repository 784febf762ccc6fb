import {
  InvalidScheduleError,
  ScheduleBusyError,
  ScheduleDeclaredError,
  ScheduleEndedError,
  ScheduleNotFoundError,
} from '#domain/schedule/errors.ts'
import type { Resource } from '../../resource.ts'
import { SCHEDULE_ROUTES } from './routes.ts'
import { type ScheduleUseCases, schedules as served } from './schedules.ts'

export interface ScheduleResourceDeps {
  readonly schedules: ScheduleUseCases
}

export function scheduleResource({ schedules }: ScheduleResourceDeps): Resource {
  return { path: '/schedules', routes: SCHEDULE_ROUTES, refusals: REFUSALS, app: served(schedules) }
}

const ID = 'weekly-plan'

const REFUSALS = {
  [`/schedules/${ID}`]: [
    new InvalidScheduleError('"Europe/Stokholm" is no time zone. Use a name like "Europe/Stockholm" or "UTC".'),
    new ScheduleNotFoundError(ID),
    new ScheduleDeclaredError(ID),
  ],
  [`/schedules/${ID}/run`]: [new ScheduleEndedError(ID)],
  [`/schedules/${ID}/backfill`]: [new ScheduleBusyError(ID)],
}
