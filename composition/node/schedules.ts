import { SqlDeclaredSchedules } from '#adapters/sql/declared-schedules.ts'
import { LIMIT_WINDOW } from '#domain/schedule/limit-window.ts'
import { SCHEDULE } from '#domain/schedule/schedule.ts'
import { limitChanges, scheduleChanges } from '../schedules.ts'
import * as t from '../tokens.ts'
import type { DependencyContainer } from '../tsyringe.ts'
import type { NodeStorage } from './storage.ts'

/** Where schedules live, and what changes them: the same database for all. */
export function addScheduleStorage(container: DependencyContainer, storage: NodeStorage): void {
  const schedules = storage.recordsOf(SCHEDULE)
  const limits = storage.recordsOf(LIMIT_WINDOW)
  container.registerInstance(t.SCHEDULE_STORE, schedules)
  container.registerInstance(t.SCHEDULE_READER, schedules)
  container.registerInstance(t.SCHEDULE_COMMANDS, scheduleChanges(container, schedules))
  container.registerInstance(t.LIMIT_STORE, limits)
  container.registerInstance(t.LIMIT_COMMANDS, limitChanges(container, limits))
  container.registerInstance(t.DECLARED_SCHEDULES, new SqlDeclaredSchedules(storage.db))
}
