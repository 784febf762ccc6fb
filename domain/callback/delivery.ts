import type { NamedCall } from '../agent/doubtful-calls.ts'
import type { Actor } from '../tenant/actor.ts'

/**
 * Events that a caller can subscribe to. `job.waiting` means that the job needs an answer from a caller; a job that
 * retries by itself sends nothing.
 */
export const CALLBACK_EVENTS = ['job.waiting', 'job.completed', 'job.failed', 'job.canceled'] as const

export type CallbackEvent = (typeof CALLBACK_EVENTS)[number]

/** Where to call, and for what. */
export interface Callback {
  readonly url: string
  readonly events: readonly CallbackEvent[]
}

/** One message to the caller's server about a job. Part of the job's record. */
export interface Delivery extends DeliveryState {
  readonly event: CallbackEvent
  /** Calls whose outcome was not known then. */
  readonly unknownCalls: readonly NamedCall[]
}

/** How far a message has come, about a job or a batch. */
export interface DeliveryState {
  /** The `webhook-id` of the message: the same in every attempt. */
  readonly id: string
  readonly occurredAt: number
  /**
   * `gone`: the receiver answered 410 to this message or an earlier one. Nothing is sent until a caller requests a
   * redelivery.
   */
  readonly status: 'pending' | 'delivered' | 'failed' | 'gone'
  /** The last ones; `attemptCount` knows of all. */
  readonly attempts: readonly DeliveryAttempt[]
  readonly attemptCount: number
  /** Since when it is being tried: giving up is counted from here. */
  readonly triedSince: number
  /** How often, and when last, it was asked for again. */
  readonly redeliveries: number
  readonly redeliveredAt: number | null
  readonly redeliveredBy: Actor | null
  /** When the next attempt is due; `null` when none is. */
  readonly nextAt: number | null
}

export interface DeliveryAttempt {
  readonly at: number
  /** HTTP status of the answer; `null` when there was none. */
  readonly status: number | null
  /** Why there was no answer. */
  readonly reason: string | null
}

/** An attempt to call back, and what comes of it. */
export interface CallbackAttempted extends DeliveryAttempt {
  readonly type: 'callback.attempted'
  readonly deliveryId: string
  readonly becomes: Delivery['status']
  readonly nextAt: number | null
  /** From the request to its answer; absent where nothing was sent, and in journals of before it was measured. */
  readonly tookMs?: number
}

/** A caller requested that a message is sent again. */
export interface RedeliveryRequested {
  readonly type: 'callback.redelivery_requested'
  readonly at: number
  readonly deliveryId: string
  readonly by: Actor
}

export type DeliveryEvent = CallbackAttempted | RedeliveryRequested

export function isDeliveryEvent(event: { readonly type: string }): event is DeliveryEvent {
  return event.type === 'callback.attempted' || event.type === 'callback.redelivery_requested'
}
