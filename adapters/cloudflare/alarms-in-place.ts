import type { DurableObjectState } from '@cloudflare/workers-types'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'

const AGAIN_MS = 60_000

export interface AlarmsInPlaceOptions<Env> {
  /** What the Worker is set to, `''` for none. */
  readonly jurisdiction: (env: Env) => string
  readonly logger: (env: Env) => Logger
  readonly clock: Clock
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
    // Set first: an alarm whose handler fails is given up in the end.
    await storage.setAlarm(this.#options.clock.now() + AGAIN_MS)
    this.#log(env, { place, wanted })
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
