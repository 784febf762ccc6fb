import { StorageUnavailableError } from '#domain/storage/errors.ts'
import type { Clock } from '#ports/clock.ts'

const FIRST_REST_MS = 50
const LONGEST_REST_MS = 2000

export interface OutageRetryOptions {
  readonly clock: Clock
  /** How long to retry before the caller gets the error. */
  readonly patienceMs?: number
  /** Gets the error before each retry. */
  readonly onRest?: (error: unknown) => void
  /** Whether the same may succeed later; `StorageUnavailableError` alone unless given. */
  readonly isOutage?: (error: unknown) => boolean
}

/** Tries again what failed because the server was away, ever more slowly, for as long as its patience lasts. */
export class OutageRetry {
  readonly #clock: Clock
  readonly #patienceMs: number
  readonly #onRest: (error: unknown) => void
  readonly #isOutage: (error: unknown) => boolean

  constructor({ clock, patienceMs = 60_000, onRest = () => undefined, isOutage = isTold }: OutageRetryOptions) {
    this.#clock = clock
    this.#patienceMs = patienceMs
    this.#onRest = onRest
    this.#isOutage = isOutage
  }

  /** `work` must be harmless to repeat. @throws {StorageUnavailableError} when the outage lasts for too long, and what `work` throws otherwise. */
  async keep<T>(work: () => Promise<T>): Promise<T> {
    const since = this.#clock.monotonic()
    for (let rest = FIRST_REST_MS; ; rest = Math.min(rest * 2, LONGEST_REST_MS)) {
      try {
        return await work()
      } catch (error) {
        if (!this.#isOutage(error)) throw error
        if (this.#clock.monotonic() - since >= this.#patienceMs) throw new StorageUnavailableError(error)
        this.#onRest(error)
      }
      const rested = Promise.withResolvers<undefined>()
      this.#clock.after(rest, () => {
        rested.resolve(undefined)
      })
      await rested.promise
    }
  }
}

function isTold(error: unknown): boolean {
  return error instanceof StorageUnavailableError
}
