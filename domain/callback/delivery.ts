import type { NamedCall } from '../agent/doubtful-calls.ts'
import type { Actor } from '../tenant/actor.ts'

/** What a caller can be called back for. `job.waiting` means that somebody must move the job on, not that it tries again by itself. */
export const CALLBACK_EVENTS = ['job.waiting', 'job.completed', 'job.failed', 'job.canceled'] as const

export type CallbackEvent = (typeof CALLBACK_EVENTS)[number]

/** Where to call, and for what. */
export interface Callback {
  readonly url: string
  readonly events: readonly CallbackEvent[]
}

/** One message to the caller's server: what it tells of, and how it fares. Part of the job's record. */
export interface Delivery {
  /** The `webhook-id` of the message: the same in every attempt. */
  readonly id: string
  readonly event: CallbackEvent
  readonly occurredAt: number
  /** Calls whose outcome was not known then. */
  readonly unknownCalls: readonly NamedCall[]
  /** `gone`: the receiver has said that it wants no more (410), to this message or to one before it, and nothing is sent until somebody asks for it. */
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
}

/** Somebody wants a message to be sent again. */
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
