import type * as z from 'zod'
import { unknownKeys } from '#adapters/http/wire/unknown-keys.ts'
import { epochMs, time } from '#adapters/http/wire/common.ts'
import { ScheduleRequest } from '#adapters/http/wire/schedule-requests.ts'
import { scheduleInputOf } from '#adapters/http/wire/schedule-views.ts'
import { DefinitionError } from '#domain/agent/errors.ts'
import { describeIssues } from '#domain/json/issues.ts'
import {
  type ScheduleAction,
  type UnscheduleAction,
  schedule as scheduleAction,
  unschedule as unscheduleAction,
} from '#domain/webhook/action.ts'

/** The body of `PUT /schedules/{id}`. Its times are RFC 3339; `occurredAt` is that of the event unless given. */
export type ScheduleActionSpec = z.input<typeof ScheduleRequest>

/** When what an action is about happened (RFC 3339); the event's own time unless given. */
export interface ActionTime {
  readonly occurredAt?: string
}

/**
 * Creates or replaces a schedule, as `PUT /schedules/{id}`. An event that is older than the newest seen changes nothing.
 * @throws {DefinitionError} for a spec that the PUT would refuse as `invalid_request`. The handler fails with it.
 */
export function schedule(id: string, spec: ScheduleActionSpec): ScheduleAction {
  const { occurredAt, ...body } = parsed(ScheduleRequest, spec, `schedule("${id}")`)
  return scheduleAction(id, { ...scheduleInputOf(body), ...occurred(occurredAt) })
}

/** Ends a schedule. It need not exist: then older events do not start it. @throws {DefinitionError} for a time that is none. */
export function unschedule(id: string, { occurredAt }: ActionTime = {}): UnscheduleAction {
  return unscheduleAction(id, occurred(parsed(time.optional(), occurredAt, `occurredAt of unschedule("${id}")`)))
}

function occurred(at: string | undefined): { readonly occurredAt?: number } {
  return at === undefined ? {} : { occurredAt: epochMs(at) }
}

function parsed<S extends z.ZodType>(schema: S, value: unknown, what: string): z.output<S> {
  const result = schema.safeParse(value, { error: unknownKeys })
  if (result.success) return result.data
  throw new DefinitionError(`${what}: ${describeIssues(result.error.issues).join('; ')}`)
}
