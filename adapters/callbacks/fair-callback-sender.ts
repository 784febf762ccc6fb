import type { CallbackMessage, CallbackOutcome, CallbackSender } from '#ports/callback-sender.ts'
import type { Clock } from '#ports/clock.ts'

export interface FairCallbackSenderOptions {
  /** Most messages under way at once, to all receivers. */
  readonly places: number
  readonly clock: Clock
}

/** Of the places that others have left, one receiver may take one in so many. */
const SHARE = 4
/** Whoever was told of a place may not want it any more, so the next in line are told by then. */
const REMINDER_MS = 5000

/** What one origin has under way, and who waits for a place there. */
interface Lane {
  underWay: number
  readonly waiting: (() => void)[]
  reminder: (() => void) | null
}

/** Lets no receiver that is slow, or never answers, take the places of all others. */
export class FairCallbackSender implements CallbackSender {
  readonly #sender: CallbackSender
  readonly #options: FairCallbackSenderOptions
  /** By origin; one that has nothing under way and nobody waiting is not kept. */
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
    const origin = originOf(message.url)
    const lane = this.#laneOf(origin)
    if (this.#roomIn(lane) <= 0) return { kind: 'crowded', whenFree: () => this.#getInLine(origin) }
    lane.underWay++
    this.#underWay++
    try {
      return await this.#sender.send(message, signal)
    } finally {
      lane.underWay--
      this.#underWay--
      this.#tellNext(origin, lane)
    }
  }

  /** How many more may be under way: one at least where there is none, for then nobody would tell of a place. */
  #roomIn({ underWay }: Lane): number {
    const leftByOthers = this.#options.places - (this.#underWay - underWay)
    return Math.max(1, Math.floor(leftByOthers / SHARE)) - underWay
  }

  #laneOf(origin: string): Lane {
    const lane = this.#lanes.get(origin) ?? { underWay: 0, waiting: [], reminder: null }
    this.#lanes.set(origin, lane)
    return lane
  }

  #getInLine(origin: string): Promise<void> {
    const lane = this.#laneOf(origin)
    const place = Promise.withResolvers<undefined>()
    lane.waiting.push(() => {
      place.resolve(undefined)
    })
    this.#tellNext(origin, lane)
    return place.promise
  }

  #tellNext(origin: string, lane: Lane): void {
    for (const tell of lane.waiting.splice(0, Math.max(0, this.#roomIn(lane)))) tell()
    this.#remind(origin, lane)
  }

  #remind(origin: string, lane: Lane): void {
    if (lane.waiting.length > 0) {
      lane.reminder ??= this.#options.clock.after(REMINDER_MS, () => {
        lane.reminder = null
        this.#tellNext(origin, lane)
      })
      return
    }
    lane.reminder?.()
    lane.reminder = null
    if (lane.underWay === 0) this.#lanes.delete(origin)
  }
}

/** A URL that is none is told apart by whoever sends. */
function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url
}
