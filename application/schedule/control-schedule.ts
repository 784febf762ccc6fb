import type { Schedule } from '#domain/schedule/schedule.ts'
import type { IdGenerator } from '#ports/id-generator.ts'
import type { DerivedIds } from '../job/derived-ids.ts'
import type { ChangeScheduleDeps } from './put-schedule.ts'
import type { ScheduleAnswer, ScheduleChange, ScheduleKey } from './schedule-command.ts'

export interface ControlScheduleDeps extends ChangeScheduleDeps {
  readonly derivedIds: Pick<DerivedIds, 'make'>
  readonly ids: IdGenerator
}

export interface RunScheduleCommand extends ScheduleKey {
  /** The same key runs it once. */
  readonly idempotencyKey?: string | null
}

export interface BackfillCommand extends ScheduleKey {
  /** Epoch ms; nominal times from `from` to before `to`. */
  readonly from: number
  readonly to: number
}

/** Pauses, resumes, runs and backfills schedules. @throws {ScheduleNotFoundError} {ScheduleEndedError} each of them. */
export class ControlSchedule {
  readonly #deps: ControlScheduleDeps

  constructor(deps: ControlScheduleDeps) {
    this.#deps = deps
  }

  async pause(key: ScheduleKey): Promise<Schedule> {
    return (await this.#change(key, { type: 'pause' })).schedule
  }

  /** What came meanwhile is skipped; a schedule that fires once still does. */
  async resume(key: ScheduleKey): Promise<Schedule> {
    return (await this.#change(key, { type: 'resume' })).schedule
  }

  /**
   * Has it fire once more, beside its cadence, which stays as it is. The job is submitted right after this resolves.
   * Also while it is paused, in quiet hours, and beside a job that runs. @throws {ScheduleBusyError}
   */
  async run({ idempotencyKey = null, ...key }: RunScheduleCommand): Promise<RunAnswer> {
    const { scheduleIds, derivedIds, ids } = this.#deps
    const id = await scheduleIds.schedule(key.tenantId, key.scheduleId)
    const fire = [id, 'run', idempotencyKey ?? ids.newId('run')].join('\n')
    const jobId = await derivedIds.make('job', key.tenantId, fire)
    const { schedule } = await this.#change(key, { type: 'run', key: fire, jobId })
    return { schedule, jobId }
  }

  /**
   * Submits the nominal times of a past period, in slices. One that was submitted before is not submitted again.
   * @throws {InvalidScheduleError} {ScheduleBusyError}
   */
  async backfill({ from, to, ...key }: BackfillCommand): Promise<Schedule> {
    return (await this.#change(key, { type: 'backfill', from, to })).schedule
  }

  async #change(key: ScheduleKey, change: ScheduleChange): Promise<ScheduleAnswer> {
    const { schedules, scheduleIds } = this.#deps
    return schedules.execute(await scheduleIds.schedule(key.tenantId, key.scheduleId), { ...key, ...change })
  }
}

export interface RunAnswer {
  readonly schedule: Schedule
  /** The id that its job gets; it gets none where the limit is reached. */
  readonly jobId: string
}
