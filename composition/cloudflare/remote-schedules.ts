import type { D1SqlDatabase } from '#adapters/cloudflare/d1-database.ts'
import { RecordIndex } from '#adapters/cloudflare/record-index.ts'
import { RemoteRecords } from '#adapters/cloudflare/record-intake.ts'
import type { RecordNamespace } from '#adapters/cloudflare/record-stub.ts'
import { SqlDeclaredSchedules } from '#adapters/sql/declared-schedules.ts'
import type { TakePlace } from '#application/schedule/limit-fires.ts'
import type { ScheduleAnswer, ScheduleCommand } from '#application/schedule/schedule-command.ts'
import { LIMIT_WINDOW, type LimitWindow } from '#domain/schedule/limit-window.ts'
import { SCHEDULE, type Schedule } from '#domain/schedule/schedule.ts'
import * as t from '../tokens.ts'
import type { DependencyContainer } from '../tsyringe.ts'

/** The bindings of their objects. */
export interface ScheduleObjects {
  readonly SCHEDULE: RecordNamespace<Schedule, ScheduleCommand, ScheduleAnswer>
  readonly SCHEDULE_LIMIT: RecordNamespace<LimitWindow, TakePlace, boolean>
}

/** The Worker's way to schedules and to the windows of their limits: each is in an object of its own. */
export function addRemoteSchedules(container: DependencyContainer, env: ScheduleObjects, db: D1SqlDatabase): void {
  const index = new RecordIndex(db, SCHEDULE.name)
  const schedules = new RemoteRecords({ kind: SCHEDULE, objects: env.SCHEDULE, index })
  const windows = { objects: env.SCHEDULE_LIMIT, index: new RecordIndex(db, LIMIT_WINDOW.name) }
  container.registerInstance(t.SCHEDULE_READER, schedules)
  container.registerInstance(t.SCHEDULE_COMMANDS, schedules)
  container.registerInstance(t.LIMIT_COMMANDS, new RemoteRecords({ kind: LIMIT_WINDOW, ...windows }))
  container.registerInstance(t.DECLARED_SCHEDULES, new SqlDeclaredSchedules(db))
}
