import type { DurableObjectState, DurableObjectStorage } from '@cloudflare/workers-types'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { Random } from '#ports/random.ts'

const SHORTEST_MS = 60_000
const LONGEST_MS = 3_600_000
/** In the storage of an object that was held; it goes with the rest of the storage. */
const HELD = 'held'

interface Held {
  readonly at: number
  readonly waitMs: number
}

export interface AlarmsInPlaceOptions<Env> {
  /** What the Worker is set to, `''` for none. */
  readonly jurisdiction: (env: Env) => string
  readonly logger: (env: Env) => Logger
  readonly clock: Clock
  readonly random: Random
}

/**
 * Holds the alarms of objects that are not in the jurisdiction of the Worker's setting. What such an alarm makes would be
 * made elsewhere: a batch would make its jobs a second time. The platform says where an object is, also in its alarm
 * (https://developers.cloudflare.com/changelog/post/2026-03-26-durable-object-id-jurisdiction/).
 */
export class AlarmsInPlace<Env> {
  readonly #options: AlarmsInPlaceOptions<Env>
  #isLogged = false

  constructor(options: AlarmsInPlaceOptions<Env>) {
    this.#options = options
  }

  async run(env: Env, { id, storage }: Pick<DurableObjectState, 'id' | 'storage'>, work: () => Promise<void>) {
    const place = id.jurisdiction ?? ''
    const wanted = this.#options.jurisdiction(env)
    if (place === wanted) return work()
    await this.#hold(storage)
    this.#log(env, { place, wanted })
  }

  /** Sets the alarm again, later each time: each costs a request and two rows written, for as long as it is held. */
  async #hold(storage: DurableObjectStorage): Promise<void> {
    const { clock, random } = this.#options
    const at = clock.now()
    const held = await storage.get<Held>(HELD)
    // An older hold is over: its alarm has found the object in place.
    const isHeldAgain = held !== undefined && at - held.at <= 2 * held.waitMs
    const waitMs = isHeldAgain ? Math.min(2 * held.waitMs, LONGEST_MS) : SHORTEST_MS
    const setAlarm = storage.setAlarm(at + Math.round(waitMs * (0.5 + random.fraction())))
    await Promise.all([setAlarm, storage.put<Held>(HELD, { at, waitMs })])
  }

  /** Once for each isolate: thousands of objects may be held. */
  #log(env: Env, fields: { place: string; wanted: string }): void {
    if (this.#isLogged) return
    this.#isLogged = true
    const error = new Error(
      `Objects are in ${nameOf(fields.place)}, and the Worker is set to ${nameOf(fields.wanted)}.`,
    )
    const message = 'Work is held until ERRAND_JURISDICTION is what it was when the work was stored.'
    this.#options.logger(env).error(message, error)
  }
}

/** As a sentence names it. */
export function nameOf(jurisdiction: string): string {
  return jurisdiction === '' ? 'no jurisdiction' : `the jurisdiction ${JSON.stringify(jurisdiction)}`
}
