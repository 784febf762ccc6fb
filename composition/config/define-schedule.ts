import type * as z from 'zod'
import { CronerCalendar } from '#adapters/web/calendar.ts'
import { checkSpec } from '#application/schedule/check-spec.ts'
import { unknownKeys } from '#adapters/http/wire/unknown-keys.ts'
import { scheduleInputOf } from '#adapters/http/wire/schedule-views.ts'
import { DeclaredScheduleRequest } from '#adapters/http/wire/schedule-requests.ts'
import type { DeclaredSchedule } from '#application/schedule/reconcile-schedules.ts'
import type { Agent } from '#domain/agent/agent.ts'
import { problemInList } from '#domain/agent/definition.ts'
import { DefinitionError } from '#domain/agent/errors.ts'
import type { AgentRegistry } from '#domain/agent/registry.ts'
import { describeIssues } from '#domain/json/issues.ts'
import { InvalidScheduleError } from '#domain/schedule/errors.ts'
import { SCHEDULE_ID } from '#domain/schedule/schedule.ts'
import { scheduleSpec } from '#domain/schedule/spec.ts'
import { DEFAULT_TENANT } from '#domain/tenant/policy.ts'

/** What an author declares: the body of `PUT /schedules/{id}`, without what is for several PUTs. */
export interface ScheduleDefinition extends Omit<z.input<typeof DeclaredScheduleRequest>, 'agent'> {
  /** 1 to 128 letters, digits, `.`, `_`, `:` and `-`. */
  readonly id: string
  /** Whose jobs it submits; `default` if nothing is said. */
  readonly tenant?: string
  /** An agent of the config, or its name. */
  readonly agent: Agent | string
}

const made = new WeakSet<object>()
const CALENDAR = new CronerCalendar()

/**
 * A schedule that the code declares. Each start creates and changes such schedules, and ends those that the code no
 * longer declares. Its agent, zones and expressions are checked with the config, its input at the start.
 * @throws {DefinitionError} which names the schedule and what is wrong with it.
 */
export function defineSchedule({ id, tenant = DEFAULT_TENANT, agent, ...rest }: ScheduleDefinition): DeclaredSchedule {
  if (!SCHEDULE_ID.test(id))
    throw new DefinitionError(
      `The id of a schedule has 1 to 128 letters, digits, ".", "_", ":" and "-", and "${id}" is none.`,
    )
  const body = { ...rest, agent: typeof agent === 'string' ? agent : agent.name }
  const parsed = DeclaredScheduleRequest.safeParse(body, { error: unknownKeys })
  if (!parsed.success) throw new DefinitionError(`Schedule "${id}": ${describeIssues(parsed.error.issues).join('; ')}`)
  const schedule = { tenantId: tenant, scheduleId: id, spec: scheduleInputOf(parsed.data) }
  made.add(schedule)
  return schedule
}

/** @throws {DefinitionError} for an entry that is no schedule, two of one id, and one whose agent the config has not. */
export function checkSchedules(schedules: readonly DeclaredSchedule[], agents: AgentRegistry): void {
  checkEntries(schedules)
  const met = new Set<string>()
  for (const { tenantId, scheduleId, spec } of schedules) {
    const key = `${tenantId}\n${scheduleId}`
    if (met.has(key)) throw new DefinitionError(`Two schedules have the id "${scheduleId}".`)
    met.add(key)
    checkOne({ scheduleId, spec }, agents)
  }
}

function checkEntries(schedules: unknown): void {
  if (!Array.isArray(schedules)) throw new DefinitionError('The schedules must be a list, [weekly, …].')
  const problem = problemInList(schedules, { isMade: (entry) => made.has(entry), maker: 'defineSchedule' })
  if (problem !== null) throw new DefinitionError(`Of the schedules, ${problem}.`)
}

function checkOne({ scheduleId, spec }: Pick<DeclaredSchedule, 'scheduleId' | 'spec'>, agents: AgentRegistry): void {
  if (!agents.has(spec.agent))
    throw new DefinitionError(
      `Schedule "${scheduleId}" names the agent "${spec.agent}", and the config has none of that name.`,
    )
  try {
    checkSpec(scheduleSpec(spec), CALENDAR)
  } catch (error) {
    if (!(error instanceof InvalidScheduleError)) throw error
    throw new DefinitionError(`Schedule "${scheduleId}": ${error.message}`)
  }
}
