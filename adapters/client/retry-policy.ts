/** A clock for durations only, which steps of the wall clock do not move. Tests may pass another. */
export interface ClientClock {
  /** Milliseconds since an unspecified moment. */
  now(): number
  /** Runs `action` after that time, unless the function it returns is called first. */
  after(delayMs: number, action: () => void): () => void
}

export const systemClock: ClientClock = {
  now: () => performance.now(),
  after: (delayMs, action) => {
    const timer = setTimeout(action, delayMs)
    return () => {
      clearTimeout(timer)
    }
  },
}

/** How long to retry while a server is unavailable: from the first failure until its next sign of life. */
export class RetryPolicy {
  readonly #clock: ClientClock
  readonly #ms: number
  #since: number | null = null
  #failures = 0

  constructor(clock: ClientClock, ms: number) {
    this.#clock = clock
    this.#ms = ms
  }

  /** Counts one more failure, and says how many there were since the last sign of life. */
  failed(): number {
    this.#since ??= this.#clock.now()
    return ++this.#failures
  }

  renew(): void {
    this.#since = null
    this.#failures = 0
  }

  get isOver(): boolean {
    return this.#since !== null && this.#clock.now() - this.#since >= this.#ms
  }
}

/** A server that holds a connection says something every 15 seconds, and answers a wait after 30. */
const LONGEST_SILENCE_MS = 60_000

/** Aborts a silent request, because a connection can be dead without an error. */
export class Watchdog {
  readonly signal: AbortSignal
  readonly #clock: ClientClock
  readonly #dead = new AbortController()
  #cancel: () => void = () => undefined

  /** @param signal of the caller, which aborts the request too. */
  constructor(clock: ClientClock, signal: AbortSignal | undefined) {
    this.#clock = clock
    this.signal = signal ? AbortSignal.any([signal, this.#dead.signal]) : this.#dead.signal
  }

  /** Something must come from now on. */
  watch(): void {
    this.rest()
    this.#cancel = this.#clock.after(LONGEST_SILENCE_MS, () => {
      this.#dead.abort(new Error('Nothing has come for a minute.'))
    })
  }

  /** Nothing must come now: the data has arrived, or the caller does not read. */
  rest(): void {
    this.#cancel()
  }
}
