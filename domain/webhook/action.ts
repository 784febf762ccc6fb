import type { Callback } from '../callback/delivery.ts'
import type { JsonValue } from '../json/json.ts'
import type { ScheduleInput } from '../schedule/spec.ts'

/** What an event leads to. A value; Errand carries it out after the event is recorded. */
export type WebhookAction = SubmitAction | ScheduleAction | UnscheduleAction

export interface SubmitAction {
  readonly type: 'submit'
  readonly agent: string
  readonly input: JsonValue
  readonly options: SubmitActionOptions
}

/** As in the body of `POST /jobs`. */
export interface SubmitActionOptions {
  readonly tags?: readonly string[]
  readonly metadata?: Readonly<Record<string, string>>
  readonly batch?: string
  readonly callback?: Callback
  /** How long the job is kept after its end. The same event leads to no second job in that time. */
  readonly retentionSeconds?: number
}

/** When what an action is about happened (epoch ms); the event's own time unless given. */
export interface ActionTime {
  readonly occurredAt?: number
}

export interface ScheduleAction extends ActionTime {
  readonly type: 'schedule'
  readonly id: string
  readonly spec: ScheduleInput
}

export interface UnscheduleAction extends ActionTime {
  readonly type: 'unschedule'
  readonly id: string
}

/** Creates or replaces a schedule, as `PUT /schedules/{id}`. An event that is older than the newest seen changes nothing. */
export function schedule(id: string, { occurredAt, ...spec }: ScheduleInput & ActionTime): ScheduleAction {
  return { type: 'schedule', id, spec, ...(occurredAt !== undefined && { occurredAt }) }
}

/** Ends a schedule. It need not exist: then older events do not start it. */
export function unschedule(id: string, time: ActionTime = {}): UnscheduleAction {
  return { type: 'unschedule', id, ...time }
}

/** Submits a job. */
export function submit(agent: string, input: JsonValue, options: SubmitActionOptions = {}): SubmitAction {
  return { type: 'submit', agent, input, options }
}

const MOST_ACTIONS = 50

/** What is wrong with what a handler has returned; `null` when nothing is. */
export function problemWithActions(returned: unknown): string | null {
  if (returned instanceof Promise) return 'handle returned a promise; it must return its actions at once'
  if (!Array.isArray(returned)) return 'handle must return a list of actions; an empty one for none'
  if (returned.length > MOST_ACTIONS) return `handle returned more than ${String(MOST_ACTIONS)} actions`
  const wrong = returned.findIndex((action: unknown) => !isAction(action))
  return wrong === -1
    ? null
    : `entry ${String(wrong + 1)} of what handle returned was not made with submit(…), schedule(…) or unschedule(…)`
}

function isAction(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false
  return value.type === 'submit' || value.type === 'schedule' || value.type === 'unschedule'
}
