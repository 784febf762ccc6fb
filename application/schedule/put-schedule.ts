import { type ScheduleInput, type ScheduleSpec, isOnce, scheduleSpec } from '#domain/schedule/spec.ts'
import type { Calendar } from '#ports/calendar.ts'
import type { RecordCommands } from '#ports/record-commands.ts'
import type { SubmitJob } from '../job/submit-job.ts'
import { checkScheduleId, checkSpec } from './check-spec.ts'
import type { ScheduleAnswer, ScheduleCommand, ScheduleKey } from './schedule-command.ts'
import type { ScheduleIds } from './schedule-ids.ts'

export interface PutScheduleCommand extends ScheduleKey {
  readonly spec: ScheduleInput
  /** When the event happened that this PUT is for (epoch ms): one that is older than the newest seen changes nothing. */
  readonly occurredAt?: number | null
}

/** What every use-case that changes schedules needs. */
export interface ChangeScheduleDeps {
  readonly schedules: RecordCommands<ScheduleCommand, ScheduleAnswer>
  readonly scheduleIds: ScheduleIds
}

export interface PutScheduleDeps extends ChangeScheduleDeps {
  readonly submitJob: Pick<SubmitJob, 'check'>
  readonly calendar: Calendar
}

/**
 * Creates or replaces the schedule that has the caller's id. When this resolves, it is durable. A later PUT for a
 * schedule that has not fired yet moves its fire: that is a debounce.
 */
export class PutSchedule {
  readonly #deps: PutScheduleDeps

  constructor(deps: PutScheduleDeps) {
    this.#deps = deps
  }

  /**
   * @throws {InvalidScheduleError} {ScheduleDeclaredError}
   * @throws {UnknownAgentError} {ModelNotConfiguredError} {InvalidInputError} {CallbackRefusedError} as a submission of its job would be refused now.
   */
  async execute({ spec, occurredAt = null, ...key }: PutScheduleCommand): Promise<ScheduleAnswer> {
    return this.#put({ ...key, type: 'put', spec: scheduleSpec(spec), occurredAt, declaredBy: null })
  }

  /** As the author's code declares it: callers see that, and cannot replace or delete it. */
  async declare({ spec, ...key }: Omit<PutScheduleCommand, 'occurredAt'>): Promise<ScheduleAnswer> {
    return this.#put({ ...key, type: 'put', spec: scheduleSpec(spec), occurredAt: null, declaredBy: 'code' })
  }

  async #put(command: Extract<ScheduleCommand, { type: 'put' }>): Promise<ScheduleAnswer> {
    const { submitJob, calendar, schedules, scheduleIds } = this.#deps
    const { tenantId, scheduleId, spec, by } = command
    checkScheduleId(scheduleId)
    checkSpec(spec, calendar)
    const { agent, tags, metadata, callback } = spec
    const options = { tags, metadata, ...(callback && { callback }) }
    await submitJob.check({ tenantId, by, agent, input: exampleInput(spec), options })
    return schedules.execute(await scheduleIds.schedule(tenantId, scheduleId), command)
  }
}

/** An input as its job would get it. */
function exampleInput({ merge, input, when }: ScheduleSpec) {
  return merge === 'all' && isOnce(when) ? { events: [input] } : input
}
