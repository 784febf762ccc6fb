/** After a refusal that does not say for how long. */
const REST_MS = 1000

/**
 * How many calls of one provider may be under way at once. A refusal for too many halves that number, and closes the
 * provider for as long as it asked. Answers raise the number again, by one for each round of calls (AIMD, RFC 5681 §3.1).
 * All times are of one monotonic clock (ms): a step of the wall clock must not close a provider for an hour.
 */
export class ProviderPace {
  readonly #most: number
  #window: number
  #inFlight = 0
  #closedUntil = Number.NEGATIVE_INFINITY
  /** When the window was last halved. Refusals of calls that began before that are of the same crowd. */
  #halvedAt = Number.NEGATIVE_INFINITY

  /** @param most at any time; `Infinity` for no limit. */
  constructor(most: number) {
    this.#most = most
    this.#window = most
  }

  get closedUntil(): number {
    return this.#closedUntil
  }

  mayBegin(now: number): boolean {
    return now >= this.#closedUntil && this.#inFlight < Math.floor(this.#window)
  }

  begin(): void {
    this.#inFlight++
  }

  /** A call has ended, in another way than by a refusal for too many. */
  ended({ answered }: { readonly answered: boolean }): void {
    this.#inFlight--
    if (answered) this.#window = Math.min(this.#most, this.#window + 1 / this.#window)
  }

  /** The provider has refused a call that began at `begunAt`, because there are too many. @param restMs as it asked, if it did. */
  refused({ begunAt, now, restMs = REST_MS }: { begunAt: number; now: number; restMs?: number | undefined }): void {
    if (begunAt > this.#halvedAt) {
      this.#window = Math.max(1, Math.min(this.#window, this.#inFlight) / 2)
      this.#halvedAt = now
    }
    this.#closedUntil = Math.max(this.#closedUntil, now + restMs)
    this.#inFlight--
  }
}
