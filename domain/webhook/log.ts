import type { RecordKind, Stored } from '../record/kind.ts'
import type { WebhookLogKey } from './event.ts'

/** Wakes the log of one webhook, where many logs share a database: then no event has a wake of its own. */
export interface WebhookLogRecord extends Stored, WebhookLogKey {
  readonly dueAt: number
}

export const WEBHOOK_LOG = {
  name: 'webhook_log',
  prefix: 'whl',
  format: 1,
  nextWakeAt: ({ dueAt }) => dueAt,
} as const satisfies RecordKind<WebhookLogRecord>

/** A log is looked after at least this often. So an event that was cut off waits no longer for its retry. */
export const LOOK_MS = 300_000
