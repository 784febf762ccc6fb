import type { JsonObject } from '../json/json.ts'

/** An event whose sender is proven. */
export interface VerifiedEvent {
  /** The sender's id of the event. With the topic it says which deliveries are the same event. */
  readonly eventId: string
  /** What kind of event it is: `orders/create`. */
  readonly topic: string
  /** When it happened at the sender (epoch ms), if the sender says so. Events may come in another order. */
  readonly occurredAt?: number
  readonly payload: JsonObject
  /** What else the sender says of the event, such as the shop. Shown in the log. */
  readonly metadata?: Readonly<Record<string, string>>
}

const LONGEST_ID = 512
const LONGEST_TOPIC = 256

/** What is wrong with an event, of a verifier or of `find`; `null` when nothing is. */
export function problemWithEvent(event: unknown): string | null {
  if (typeof event !== 'object' || event === null) return 'it must be an object'
  const { eventId, topic, payload, occurredAt } = event as Partial<Record<keyof VerifiedEvent, unknown>>
  if (!isText(eventId, LONGEST_ID)) return `its event id must have 1 to ${String(LONGEST_ID)} characters, and no NUL`
  if (!isText(topic, LONGEST_TOPIC)) return `its topic must have 1 to ${String(LONGEST_TOPIC)} characters, and no NUL`
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return 'its payload must be an object'
  return occurredAt === undefined || isTime(occurredAt) ? null : 'its occurredAt must be a time in milliseconds'
}

/** One that a `Date` holds, so that it can be shown. */
function isTime(value: unknown): boolean {
  return typeof value === 'number' && Math.abs(value) <= 8.64e15
}

function isText(value: unknown, longest: number): boolean {
  // Some databases store no NUL.
  return typeof value === 'string' && value !== '' && value.length <= longest && !value.includes('\0')
}
