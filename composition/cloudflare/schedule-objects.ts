import type { AlarmsInPlace } from '#adapters/cloudflare/alarms-in-place.ts'
import { jobHome } from '#adapters/cloudflare/job-home.ts'
import { createRecordObject } from '#adapters/cloudflare/record-object.ts'
import { SystemClock } from '#adapters/web/clock.ts'
import { changeSchedule } from '#application/schedule/change-schedule.ts'
import { type TakePlace, endOfWindow, takePlace } from '#application/schedule/limit-fires.ts'
import type { ScheduleAnswer, ScheduleCommand } from '#application/schedule/schedule-command.ts'
import { LIMIT_WINDOW, type LimitWindow } from '#domain/schedule/limit-window.ts'
import { SCHEDULE, type Schedule } from '#domain/schedule/schedule.ts'
import { fireSchedule } from '../schedules.ts'
import * as t from '../tokens.ts'
import type { Env } from './app.ts'
import type { Composition } from './handler.ts'
import { objectsOf } from './objects.ts'

/** The class of the objects that hold one schedule each. */
export function scheduleClass(shared: Composition, alarms: AlarmsInPlace<Env>) {
  return createRecordObject<Env, Schedule, ScheduleCommand, ScheduleAnswer>({
    kind: SCHEDULE,
    wake: (env) => {
      const firing = fireSchedule(shared(env), jobHome(objectsOf(env).AGENT_JOB).cancelJob)
      return (schedule, keep) => firing.execute(schedule, keep)
    },
    decide: (env) => {
      const calendar = shared(env).resolve(t.CALENDAR)
      return (schedule, command, moment) => changeSchedule(schedule, command, { ...moment, calendar })
    },
    objects: (env) => objectsOf(env).SCHEDULE,
    logger: (env) => shared(env).resolve(t.LOGGER),
    clock: new SystemClock(),
    alarms,
  })
}

/** The class of the objects that count the fires under one key each. */
export function limitClass(shared: Composition, alarms: AlarmsInPlace<Env>) {
  return createRecordObject<Env, LimitWindow, TakePlace, boolean>({
    kind: LIMIT_WINDOW,
    wake: () => endOfWindow,
    decide: () => takePlace,
    objects: (env) => objectsOf(env).SCHEDULE_LIMIT,
    logger: (env) => shared(env).resolve(t.LOGGER),
    clock: new SystemClock(),
    alarms,
  })
}
