import type pg from 'pg'
import { ClockSteps } from '#application/time/clock-steps.ts'
import type { HeldLease } from '#application/execution/lease-watch.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { OfferOfKind } from './offers.ts'
import type { SkewGuard } from './clock-skew.ts'
import { isOutage } from './outage-retry.ts'

export interface LeaseSweepDeps {
  readonly pool: Pick<pg.Pool, 'query'>
  readonly clock: Clock
  readonly logger: Logger
  readonly skew: SkewGuard
  readonly leaseMs: number
  /**
   * Takes note of all leases that are held now, and returns the ids of jobs whose lease has ended.
   */
  readonly observe: (leases: readonly HeldLease[]) => ReadonlySet<string>
  /** These jobs can be taken over. */
  readonly onEnded: (jobs: readonly OfferOfKind[]) => void
  /** The clock was set back; also called at the start, for a step before it. */
  readonly onSetBack: (now: number) => Promise<void>
}

/** How often leases are looked at while there are some. */
const BUSY_MS = 2000
/** While there are none; a new one is seen later by this, and so is its end. */
const IDLE_MS = 10_000
/** How often the clock is compared with the database's. */
const SKEW_MS = 10_000
/**
 * Far more than servers execute at once. The ones that end first come first, so what is beyond is
 * seen later.
 */
const MOST = 10_000

const RUNNING = {
  name: 'errand_running_leases',
  text: `SELECT id, tenant_id, agent, wake_kind, version, wake_at FROM jobs WHERE status = 'running' ORDER BY wake_at LIMIT $1`,
}

interface LeaseRow {
  readonly id: string
  readonly tenant_id: string
  readonly agent: string
  readonly wake_kind: string
  readonly version: number
  /** The end of the lease: it is written with each renewal. */
  readonly wake_at: number
}

/**
 * Finds jobs whose executor is gone, and watches the clock. Each server sweeps for itself, because
 * each trusts no lease's end but what it has seen.
 */
export class LeaseSweep {
  readonly #deps: LeaseSweepDeps
  readonly #steps: ClockSteps
  #cancel: () => void = () => undefined
  #work: Promise<void> = Promise.resolve()
  #running = false
  #wasSetBack = true
  /** By the monotonic clock. */
  #comparedAt = Number.NEGATIVE_INFINITY

  constructor(deps: LeaseSweepDeps) {
    this.#deps = deps
    this.#steps = new ClockSteps(deps.clock)
  }

  start(): void {
    this.#running = true
    this.#later(0)
  }

  async stop(): Promise<void> {
    this.#running = false
    this.#cancel()
    await this.#work
  }

  /** Says how long to rest. */
  async once(): Promise<number> {
    const { clock, skew, onSetBack } = this.#deps
    const isSetBack = this.#steps.wasSetBack()
    if (isSetBack || clock.monotonic() - this.#comparedAt >= SKEW_MS) {
      await skew.check()
      this.#comparedAt = clock.monotonic()
    }
    this.#wasSetBack ||= isSetBack
    // The other servers sweep.
    if (skew.problem) return BUSY_MS
    if (this.#wasSetBack) {
      await onSetBack(clock.now())
      this.#wasSetBack = false
    }
    return this.#lookAtLeases()
  }

  async #lookAtLeases(): Promise<number> {
    const { pool, observe, onEnded, leaseMs } = this.#deps
    const { rows } = await pool.query<LeaseRow>({ ...RUNNING, values: [MOST] })
    const ended = observe(rows.map(({ id: jobId, version, wake_at: expiresAt }) => ({ jobId, version, expiresAt })))
    const jobs = rows
      .filter(({ id }) => ended.has(id))
      .map(({ id, tenant_id: tenantId, agent, wake_kind: kind }) => ({ id, tenantId, agent, kind }))
    if (jobs.length > 0) onEnded(jobs)
    return rows.length > 0 ? BUSY_MS : Math.min(IDLE_MS, leaseMs / 3)
  }

  #later(restMs: number): void {
    if (!this.#running) return
    this.#cancel = this.#deps.clock.after(restMs, () => {
      this.#work = this.once()
        .catch((error: unknown) => {
          if (!isOutage(error))
            this.#deps.logger.warn('Could not sweep; it will be tried again.', { reason: String(error) })
          return BUSY_MS
        })
        .then((nextMs) => {
          this.#later(nextMs)
        })
    })
  }
}
