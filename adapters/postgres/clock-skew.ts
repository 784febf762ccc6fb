import type pg from 'pg'
import { ClockSkewError } from '#domain/health/errors.ts'
import { LARGEST_SKEW_MS } from '#domain/time/clock-step.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'

export interface ClockSkewOptions {
  readonly pool: Pick<pg.Pool, 'query'>
  readonly clock: Clock
  readonly logger: Logger
  readonly leaseMs: number
}

/** What others need of it. */
export type SkewGuard = Pick<ClockSkew, 'check' | 'problem'>

/** From here on the log says so. NTP keeps clocks within a few milliseconds. */
const NOTEWORTHY_MS = 2000
/** A clock that stays wrong is logged again after this. */
const TELL_EVERY_MS = 600_000

const TIME = {
  name: 'errand_time',
  text: 'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now',
}

/**
 * Compares the clock of this server with the database's, which all servers share. Servers read each
 * other's times. A clock that is off by more than a lease makes a server begin jobs too early or
 * too late. Such a server must not work with the others.
 */
export class ClockSkew {
  readonly #options: ClockSkewOptions
  readonly #largestMs: number
  #problem: ClockSkewError | null = null
  #toldAt = Number.NEGATIVE_INFINITY

  constructor(options: ClockSkewOptions) {
    this.#options = options
    this.#largestMs = Math.min(options.leaseMs, LARGEST_SKEW_MS)
  }

  /** Why this server must not work with the others; `null` while its clock is good enough. */
  get problem(): ClockSkewError | null {
    return this.#problem
  }

  /**
   * Measures, and logs what changes.
   * @throws what the driver throws; then what was found before stands.
   */
  async check(): Promise<void> {
    const { logger } = this.#options
    const skewMs = await this.#measure()
    const before = this.#problem
    const found = new ClockSkewError(skewMs, this.#largestMs)
    this.#problem = Math.abs(skewMs) > this.#largestMs ? found : null
    if (!this.#problem) this.#warn(skewMs, found)
    if (this.#problem && !before) logger.error('This server takes no jobs until its clock is right.', found)
    if (!this.#problem && before) logger.info('The clock of this server is right again: it takes jobs.')
  }

  #warn(skewMs: number, { message, hint }: ClockSkewError): void {
    const { clock, logger } = this.#options
    if (Math.abs(skewMs) < NOTEWORTHY_MS) this.#toldAt = Number.NEGATIVE_INFINITY
    else if (clock.monotonic() - this.#toldAt >= TELL_EVERY_MS) {
      this.#toldAt = clock.monotonic()
      logger.warn(message, { hint })
    }
  }

  /**
   * How far this clock is ahead of the database's, in ms; negative where it is behind. The answer
   * counts as of the middle of the round trip. The uncertainty of the round trip is subtracted, so
   * that a slow network never makes a clock look wrong.
   */
  async #measure(): Promise<number> {
    const { pool, clock } = this.#options
    const before = clock.monotonic()
    const { rows } = await pool.query<{ now: number }>(TIME)
    const halfMs = (clock.monotonic() - before) / 2
    const skewMs = clock.now() - halfMs - (rows[0]?.now ?? Number.NaN)
    return Math.sign(skewMs) * Math.max(0, Math.abs(skewMs) - halfMs)
  }
}
