import { shareOf } from '#domain/tenant/fair-places.ts'
import type { CallbackMessage, CallbackOutcome, CallbackSender } from '#ports/callback-sender.ts'
import type { Clock } from '#ports/clock.ts'

export interface FairCallbackSenderOptions {
  /** Most messages under way at once, to all receivers. */
  readonly places: number
  readonly clock: Clock
}

/** Of the places that others leave, the part that one receiver may take. */
const RECEIVER_SHARE = 1 / 4
/** A waiter may not use the place that it was offered, so the next ones are notified after this time. */
const REMINDER_MS = 5000

/** The messages in flight to one receiver, and those that wait for a place. */
interface Lane {
  underWay: number
  readonly waiting: (() => void)[]
  reminder: (() => void) | null
}

/**
 * Keeps a slow or silent receiver from taking all places. A receiver is a host, on all ports, of one tenant. Tenants
 * take turns before that (`FairPlaces`).
 */
export class FairCallbackSender implements CallbackSender {
  readonly #sender: CallbackSender
  readonly #options: FairCallbackSenderOptions
  /** By receiver. One without messages in flight or waiting is removed. */
  readonly #lanes = new Map<string, Lane>()
  #underWay = 0

  constructor(sender: CallbackSender, options: FairCallbackSenderOptions) {
    this.#sender = sender
    this.#options = options
  }

  problemWith(url: string): string | null {
    return this.#sender.problemWith(url)
  }

  async send(message: CallbackMessage, signal: AbortSignal): Promise<CallbackOutcome> {
    const receiver = receiverOf(message)
    const lane = this.#laneOf(receiver)
    if (this.#roomIn(lane) <= 0) return { kind: 'crowded', whenFree: () => this.#getInLine(receiver) }
    lane.underWay++
    this.#underWay++
    try {
      return await this.#sender.send(message, signal)
    } finally {
      lane.underWay--
      this.#underWay--
      this.#notifyNext(receiver, lane)
    }
  }

  /** How many more may be in flight. At least one if there is none, because no end of a message would free a place. */
  #roomIn({ underWay }: Lane): number {
    const { places } = this.#options
    return shareOf({ places, heldByOthers: this.#underWay - underWay }, RECEIVER_SHARE) - underWay
  }

  #laneOf(receiver: string): Lane {
    const lane = this.#lanes.get(receiver) ?? { underWay: 0, waiting: [], reminder: null }
    this.#lanes.set(receiver, lane)
    return lane
  }

  #getInLine(receiver: string): Promise<void> {
    const lane = this.#laneOf(receiver)
    const place = Promise.withResolvers<undefined>()
    lane.waiting.push(() => {
      place.resolve(undefined)
    })
    this.#notifyNext(receiver, lane)
    return place.promise
  }

  #notifyNext(receiver: string, lane: Lane): void {
    for (const notify of lane.waiting.splice(0, Math.max(0, this.#roomIn(lane)))) notify()
    this.#remind(receiver, lane)
  }

  #remind(receiver: string, lane: Lane): void {
    if (lane.waiting.length > 0) {
      lane.reminder ??= this.#options.clock.after(REMINDER_MS, () => {
        lane.reminder = null
        this.#notifyNext(receiver, lane)
      })
      return
    }
    lane.reminder?.()
    lane.reminder = null
    if (lane.underWay === 0) this.#lanes.delete(receiver)
  }
}

/** A URL that is none is refused by the sender behind. */
function receiverOf({ tenantId, url }: CallbackMessage): string {
  return `${tenantId} ${URL.canParse(url) ? new URL(url).hostname.replace(/\.$/, '') : url}`
}
