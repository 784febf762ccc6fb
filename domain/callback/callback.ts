import { HOUR_MS, boundedMs } from '../time/duration.ts'
import {
  CALLBACK_EVENTS,
  type CallbackAttempted,
  type CallbackEvent,
  type Delivery,
  type DeliveryAttempt,
  type DeliveryEvent,
  type DeliveryState,
} from './delivery.ts'
import { isAhead } from '../time/clock-step.ts'
import type { JobEvent } from '../job/event.ts'
import type { JobRecord } from '../job/job.ts'
import { namesOf, unknownCallsOf } from '../job/unknown-calls.ts'
import { waitsForPerson } from '../job/wait.ts'

const MINUTE_MS = 60_000

/** As Standard Webhooks proposes: soon at first, then ever more patiently. */
const DELAYS_MS = [
  5000,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
]
/** After all of these; and for no longer is a receiver left alone that asks for it. */
const LONGEST_DELAY_MS = 24 * HOUR_MS
const GIVE_UP_MS = 72 * HOUR_MS
const MOST_ATTEMPTS_KEPT = 20
/** The status by which a receiver says that it wants no more. */
export const GONE = 410

/** The message to be sent next: in order, so a later one waits for an earlier one to arrive or to be given up. */
export function nextDelivery({ deliveries }: JobRecord): (Delivery & { readonly nextAt: number }) | null {
  const [first] = deliveries.filter(({ nextAt }) => nextAt !== null)
  return first && first.nextAt !== null ? { ...first, nextAt: first.nextAt } : null
}

/** The message to be sent now. After the clock was set back, the time that was stored for it may be long in coming. */
export function dueDelivery(job: JobRecord, now: number): Delivery | null {
  const next = nextDelivery(job)
  return next && (next.nextAt <= now || isAhead(job.updatedAt, now)) ? next : null
}

/** An attempt, and how long the receiver asked to be left alone, where it did: any number. */
export type AnsweredAttempt = DeliveryAttempt & { readonly retryAfterMs?: number | undefined }

/** What an attempt means for its message. `chance`, from 0 to less than 1, spreads the next ones. */
export function judgeAttempt(
  delivery: DeliveryState,
  { at, status, reason, retryAfterMs = 0 }: AnsweredAttempt,
  chance: number,
): CallbackAttempted {
  const attempt = { type: 'callback.attempted', at, deliveryId: delivery.id, status, reason } as const
  if (status !== null && status >= 200 && status < 300) return { ...attempt, becomes: 'delivered', nextAt: null }
  if (status === GONE) return { ...attempt, becomes: 'gone', nextAt: null }
  const delay = DELAYS_MS[delivery.attemptCount] ?? LONGEST_DELAY_MS
  const nextAt = at + Math.max(Math.round(delay * (1 + chance / 10)), boundedMs(retryAfterMs, LONGEST_DELAY_MS))
  return nextAt - delivery.triedSince > GIVE_UP_MS
    ? { ...attempt, becomes: 'failed', nextAt: null }
    : { ...attempt, becomes: 'pending', nextAt }
}

const NOT_SENT =
  'Not sent: the receiver has said that it wants no more (410). Ask for the message to be sent again, and it is called again.'

/** What becomes of a message whose receiver is known to be gone. */
export function withhold({ id: deliveryId }: DeliveryState, at: number): CallbackAttempted {
  return { type: 'callback.attempted', at, deliveryId, status: null, reason: NOT_SENT, becomes: 'gone', nextAt: null }
}

/** The job with a message about `event`, if its submitter wants to hear of it. */
export function announce<Job extends JobRecord>(job: Job, event: JobEvent): Job {
  const { callback } = job.options
  const sent = callbackEventOf(event)
  if (!callback || !sent || !callback.events.includes(sent)) return job
  const gone = job.deliveries.some(({ status }) => status === 'gone')
  const delivery: Delivery = {
    id: `msg_${job.runId.replace(/^run_/, '')}_${String(job.deliveries.length + 1)}`,
    event: sent,
    occurredAt: event.at,
    unknownCalls: namesOf(unknownCallsOf(job)),
    status: 'pending',
    attempts: [],
    attemptCount: 0,
    triedSince: event.at,
    redeliveries: 0,
    redeliveredAt: null,
    redeliveredBy: null,
    nextAt: event.at,
  }
  const known = gone ? changed(delivery, withhold(delivery, event.at)) : delivery
  return { ...job, deliveries: [...job.deliveries, known] }
}

function callbackEventOf(event: JobEvent): CallbackEvent | null {
  if (event.type === 'job.waiting') return waitsForPerson(event.wait) ? event.type : null
  return CALLBACK_EVENTS.find((type) => type === event.type) ?? null
}

/** The job after something has happened to one of its messages. */
export function applyDelivery(job: JobRecord, event: DeliveryEvent): JobRecord {
  const change = (delivery: Delivery): Delivery => {
    if (delivery.id === event.deliveryId) return changed(delivery, event)
    // A receiver that is gone gets no later message either.
    const goes = event.type === 'callback.attempted' && event.becomes === 'gone' && delivery.status === 'pending'
    return goes ? changed(delivery, withhold(delivery, event.at)) : delivery
  }
  return { ...job, updatedAt: event.at, deliveries: job.deliveries.map(change) }
}

/** The message after something has happened to it. */
export function changed<D extends DeliveryState>(delivery: D, event: DeliveryEvent): D {
  if (event.type === 'callback.redelivery_requested') {
    const again = { redeliveries: delivery.redeliveries + 1, redeliveredAt: event.at, redeliveredBy: event.by }
    return { ...delivery, ...again, status: 'pending', attemptCount: 0, triedSince: event.at, nextAt: event.at }
  }
  const { at, status, reason, becomes, nextAt } = event
  return {
    ...delivery,
    status: becomes,
    attempts: [...delivery.attempts, { at, status, reason }].slice(-MOST_ATTEMPTS_KEPT),
    attemptCount: delivery.attemptCount + 1,
    nextAt,
  }
}
