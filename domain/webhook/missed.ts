import { type Fields, problemWithFields } from '../agent/definition.ts'
import { DefinitionError } from '../agent/errors.ts'
import { type VerifiedEvent, problemWithEvent } from './verified-event.ts'

/** What `find` is asked for. */
export interface Gap {
  /** Events that happened at this time (epoch ms) or later. */
  readonly sinceAt: number
  /** `next` of the page before; `null` for the first page. */
  readonly page: string | null
  /** Aborts after 30 s. */
  readonly signal: AbortSignal
}

/** One page of what happened, delivered or not. */
export interface FoundEvents {
  /** At most 100. */
  readonly events: readonly VerifiedEvent[]
  /** Where the next page begins, in at most 4096 characters; absent or `null` after the last. */
  readonly next?: string | null | undefined
}

/** How events are found that their sender did not deliver. */
export interface MissedEvents {
  /** From one look to the next: 60 to 86 400. */
  readonly everySeconds: number
  /** Asks the sender's API what happened since a time. Finding what was delivered already does no harm. */
  readonly find: (gap: Gap) => Promise<FoundEvents>
}

const LEAST_S = 60
const MOST_S = 86_400
export const MOST_FOUND = 100
const LONGEST_PAGE = 4096

const FIELDS: Fields<keyof MissedEvents> = { everySeconds: { type: 'number' }, find: { type: 'function' } }

/** @throws {DefinitionError} */
export function checkMissed(name: string, missed: MissedEvents): void {
  const problem = problemWithFields(missed, FIELDS) ?? problemWithInterval(missed.everySeconds)
  if (problem !== null) throw new DefinitionError(`Webhook "${name}", missed: ${problem}.`)
}

function problemWithInterval(seconds: number): string | null {
  const fits = Number.isInteger(seconds) && seconds >= LEAST_S && seconds <= MOST_S
  return fits ? null : `everySeconds must be a whole number from ${String(LEAST_S)} to ${String(MOST_S)}`
}

/** What is wrong with what `find` has returned; `null` when nothing is. */
export function problemWithFound(returned: unknown): string | null {
  const { events, next = null } = (typeof returned === 'object' ? (returned ?? {}) : {}) as Partial<FoundEvents>
  if (!Array.isArray(events)) return 'find must return { events, next? }'
  if (events.length > MOST_FOUND) return `find returned more than ${String(MOST_FOUND)} events; return a page at a time`
  const wrong = events.map(problemWithEvent).findIndex((problem) => problem !== null)
  if (wrong !== -1)
    return `entry ${String(wrong + 1)} of what find returned: ${String(problemWithEvent(events[wrong]))}`
  return next === null || (typeof next === 'string' && next.length <= LONGEST_PAGE)
    ? null
    : `next must be a text of at most ${String(LONGEST_PAGE)} characters`
}
