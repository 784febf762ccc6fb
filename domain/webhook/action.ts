import type { Callback } from '../callback/delivery.ts'
import type { JsonValue } from '../json/json.ts'

/** What an event leads to. A value, made by `submit`; Errand carries it out after the event is recorded. */
export type WebhookAction = SubmitAction

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
  return wrong === -1 ? null : `entry ${String(wrong + 1)} of what handle returned was not made with submit(…)`
}

function isAction(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'submit'
}
