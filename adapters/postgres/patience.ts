import { StorageUnavailableError } from '#domain/errors.ts'
import type { Clock } from '#ports/clock.ts'

const FIRST_REST_MS = 50
const LONGEST_REST_MS = 2000

/**
 * SQLSTATE classes and codes that say that the server cannot be had now: connections that broke (08), a server that stops, starts or has no
 * room for another connection (https://www.postgresql.org/docs/current/errcodes-appendix.html).
 */
const AWAY = /^(?:08...|57P0[123]|53300)$/
/** What the system and the driver say when there is nobody on the other side. */
const UNREACHABLE = /^(?:ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH)$/
const BROKEN =
  /Connection terminated|Query read timeout|timeout exceeded when trying to connect|Client was closed|not queryable/

/** Nothing was done, because somebody else was doing the same: deadlock, serialization. */
const IN_THE_WAY = /^40(?:001|P01)$/

/** Whether the same may succeed as soon as the server is back, or the others are done. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error instanceof StorageUnavailableError) return true
  const code = 'code' in error ? String(error.code) : ''
  // A Unix socket that is not there yet.
  if (code === 'ENOENT') return 'syscall' in error && error.syscall === 'connect'
  return AWAY.test(code) || IN_THE_WAY.test(code) || UNREACHABLE.test(code) || BROKEN.test(error.message)
}

export interface PatienceOptions {
  readonly clock: Clock
  /** How long a server may be away before whoever waits for it is told so. */
  readonly patienceMs?: number
  /** Told what is waited out, each time before it is tried again. */
  readonly onRest?: (error: unknown) => void
}

/** Tries again what failed because the server was away, ever more slowly, for as long as its patience lasts. */
export class Patience {
  readonly #clock: Clock
  readonly #patienceMs: number
  readonly #onRest: (error: unknown) => void

  constructor({ clock, patienceMs = 60_000, onRest = () => undefined }: PatienceOptions) {
    this.#clock = clock
    this.#patienceMs = patienceMs
    this.#onRest = onRest
  }

  /** `work` must be harmless to repeat. @throws {StorageUnavailableError} when the outage lasts for too long, and what `work` throws otherwise. */
  async keep<T>(work: () => Promise<T>): Promise<T> {
    const since = this.#clock.monotonic()
    for (let rest = FIRST_REST_MS; ; rest = Math.min(rest * 2, LONGEST_REST_MS)) {
      try {
        return await work()
      } catch (error) {
        if (!isOutage(error)) throw error
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
