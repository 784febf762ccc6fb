import { DAY_MS, HOUR_MS } from '../time/duration.ts'

/**
 * - `pending`: recorded, and its actions are not all carried out yet.
 * - `done`: its actions are carried out.
 * - `no_action`: its handler wanted none.
 * - `filtered`: the webhook's filter left it alone; `reason` says why.
 * - `duplicate`: its jobs were there already, from a delivery whose entry in the log is gone.
 * - `handler_failed`: the handler threw, or wanted what cannot be done; `reason` says what.
 */
export const WEBHOOK_OUTCOMES = ['pending', 'done', 'no_action', 'filtered', 'duplicate', 'handler_failed'] as const

export type WebhookOutcome = (typeof WEBHOOK_OUTCOMES)[number]

/** What an action has led to. */
export interface SubmitResult {
  readonly type: 'submit'
  readonly agent: string
  readonly jobId: string
}

export interface ScheduleResult {
  readonly type: 'schedule' | 'unschedule'
  readonly scheduleId: string
  /** Nothing was changed, because a newer event was seen before. */
  readonly ignored: boolean
}

export type ActionResult = SubmitResult | ScheduleResult

/** A verified event in the log of its webhook. */
export interface WebhookEntry {
  /** Derived from tenant, webhook, topic and the sender's id of the event. */
  readonly id: string
  readonly tenantId: string
  /** The name of the webhook. */
  readonly source: string
  readonly eventId: string
  readonly topic: string
  /** At the sender (epoch ms); `null` if it did not say. */
  readonly occurredAt: number | null
  readonly metadata: Readonly<Record<string, string>>
  readonly receivedAt: number
  /** Its sender did not deliver it: a sweep found it. Absent where it was delivered. */
  readonly foundBy?: 'sweep'
  readonly outcome: WebhookOutcome
  readonly reason: string | null
  readonly results: readonly ActionResult[]
  /** How often it was tried to handle it. */
  readonly tries: number
  /** When Errand tries again by itself; `null` for not at all. */
  readonly retryAt: number | null
  /** How often a caller had it replayed after it was done. */
  readonly replays: number
  /** 1 when it is recorded, and one more with each change. */
  readonly version: number
}

/** An entry, and what is counted without changing it. */
export interface LoggedEvent extends WebhookEntry {
  /** How often the sender has delivered the event. */
  readonly deliveries: number
  readonly lastDeliveryAt: number
}

/** How the entries and their bodies are stored; see `domain/storage/format.ts`. */
export const WEBHOOK_FORMAT = 1

/** How long an event stays in the log. */
export const WEBHOOK_KEPT_MS = 7 * DAY_MS

/** Until an event whose handling was cut off is handled again. Longer than a request may take. */
export const FIRST_RETRY_MS = 60_000
export const LAST_TRY = 16

/** When an event is tried again that could not be handled; `null` when that is left to the sender and to a replay. */
export function retryAt(now: number, tries: number): number | null {
  return tries >= LAST_TRY ? null : now + Math.min(HOUR_MS, FIRST_RETRY_MS * 2 ** (tries - 1))
}

/** When something of a log is due first (epoch ms); `null` where there is none. */
export interface LogTimes {
  readonly retryAt: number | null
  /** When the oldest event was received. */
  readonly oldestAt: number | null
  /** Of the next look for missed events. */
  readonly sweepAt: number | null
}

/** When a log needs to be looked after next; `null` where nothing is to come. */
export function nextLook({ retryAt, oldestAt, sweepAt }: LogTimes): number | null {
  const removal = oldestAt === null ? null : oldestAt + WEBHOOK_KEPT_MS + 1
  const next = Math.min(retryAt ?? Infinity, removal ?? Infinity, sweepAt ?? Infinity)
  return next === Infinity ? null : next
}

/** Whether nothing is left to be done about it, so that another delivery of it is a duplicate. */
export function isHandled({ outcome }: Pick<WebhookEntry, 'outcome'>): boolean {
  return outcome !== 'pending' && outcome !== 'handler_failed'
}

/** One log for each webhook of a tenant. */
export interface WebhookLogKey {
  readonly tenantId: string
  readonly source: string
}

/** Names the log; a webhook's name has no `/`. */
export function logName({ tenantId, source }: WebhookLogKey): string {
  return `${source}/${tenantId}`
}

export function logKey(name: string): WebhookLogKey {
  const [source = '', ...tenant] = name.split('/')
  return { source, tenantId: tenant.join('/') }
}
