import { checkScheduleId } from './check-spec.ts'
import type { ChangeScheduleDeps } from './put-schedule.ts'
import type { ScheduleAnswer, ScheduleKey } from './schedule-command.ts'

export interface DeleteScheduleCommand extends ScheduleKey {
  /** When the event happened that ends it (epoch ms): one that is older than the newest seen changes nothing. */
  readonly occurredAt?: number | null
}

/**
 * Ends a schedule: it fires no more. It is kept for a week, so that events that are older than its end do not start it
 * again. With `occurredAt` that also holds for one that does not exist yet.
 */
export class DeleteSchedule {
  readonly #deps: ChangeScheduleDeps

  constructor(deps: ChangeScheduleDeps) {
    this.#deps = deps
  }

  /** Repeating it is harmless. @throws {InvalidScheduleError} {ScheduleNotFoundError} {ScheduleDeclaredError} */
  async execute({ occurredAt = null, ...key }: DeleteScheduleCommand): Promise<ScheduleAnswer> {
    checkScheduleId(key.scheduleId)
    const { schedules, scheduleIds } = this.#deps
    const id = await scheduleIds.schedule(key.tenantId, key.scheduleId)
    return schedules.execute(id, { ...key, type: 'delete', occurredAt, because: 'deleted' })
  }

  /** Of a schedule that the author's code does not declare any more. */
  async undeclare(key: ScheduleKey): Promise<ScheduleAnswer> {
    const { schedules, scheduleIds } = this.#deps
    const id = await scheduleIds.schedule(key.tenantId, key.scheduleId)
    return schedules.execute(id, { ...key, type: 'delete', occurredAt: null, because: 'removed_from_code' })
  }
}
