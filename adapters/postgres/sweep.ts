import type pg from 'pg'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import { ClockSteps } from '#application/clock-steps.ts'
import type { HeldLease } from '#application/lease-watch.ts'
import { LARGEST_SKEW_MS } from '#domain/job/clock-step.ts'
import type { OperationKey } from '#ports/operation-store.ts'
import { type DueRow, dueInTurns, overdueWakes, wakesFor } from './due-in-turns.ts'
import type { SkewGuard } from './clock-skew.ts'
import { endedLeases } from './ended-leases.ts'
import { isOutage } from './patience.ts'
import { inTransaction } from './transaction.ts'
import type { WakeQueue, WakeRequest } from './wake-queue.ts'

export interface SweepDeps {
  readonly pool: pg.Pool
  readonly queue: Pick<WakeQueue, 'send'>
  readonly clock: Clock
  readonly logger: Logger
  readonly skew: SkewGuard
  readonly work: SweepWork
  /** Bulk operations that are not completed. */
  readonly unfinished: () => Promise<readonly OperationKey[]>
}

export interface SweepWork {
  observeLeases(leases: readonly HeldLease[]): ReadonlySet<string>
  /** Deletes a job whose time is over. */
  expire(jobId: string): Promise<unknown>
}

const EVERY_MS = 2000
/** How long after its time a wake of the queue counts as lost, and how often it is looked for. Wakes are set with what makes them necessary: this is for what nobody has thought of. */
const LOST_MS = 60_000
const MOST = 500
/** Of all processes one sweeps at a time. */
const LOCK = 0x6572_7277

/** Finds jobs that no message wakes: those whose executor is gone, so that their lease has ended, and finished ones that have been kept for long enough. */
export class Sweep {
  readonly #deps: SweepDeps
  #cancel: () => void = () => undefined
  #work: Promise<void> = Promise.resolve()
  #running = false
  readonly #steps: ClockSteps
  /** Also at the start, for a step before that was seen by no one. */
  #wasSetBack = true
  /** By the monotonic clock. */
  #lookedForLostAt: number

  constructor(deps: SweepDeps) {
    this.#deps = deps
    this.#steps = new ClockSteps(deps.clock)
    this.#lookedForLostAt = Number.NEGATIVE_INFINITY
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

  async once(): Promise<void> {
    const { pool, queue, clock, logger, skew, work, unfinished } = this.#deps
    await skew.check()
    // By a clock that is wrong, jobs would be deleted too early. The other servers sweep.
    if (skew.problem) return
    const now = clock.now()
    const elapsed = clock.monotonic()
    if (this.#steps.wasSetBack()) this.#wasSetBack = true
    const forLost = elapsed - this.#lookedForLostAt >= LOST_MS
    if (!forLost && !this.#wasSetBack && !(await this.#isAnyDue(now))) return
    const operations = forLost ? await unfinished() : []
    let over: readonly DueRow[] = []
    await inTransaction(pool, async (client) => {
      const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS mine', [LOCK])
      if (rows[0]?.mine !== true) return false
      if (forLost) this.#lookedForLostAt = elapsed
      const wakes = [
        ...(await endedLeases(client, (leases) => work.observeLeases(leases), now)),
        ...(forLost ? await overdueWakes(client, now - LOST_MS) : []),
        ...(this.#wasSetBack ? await aheadIn(client, now) : []),
        ...operations.map(({ id, tenantId }): WakeRequest => ({ kind: 'operate', id, tenantId, key: id, at: now })),
      ]
      await queue.send(wakes, client)
      this.#wasSetBack = false
      over = await dueInTurns(client, { kind: 'expire', at: now, most: MOST })
      return true
    })
    for (const { id: jobId } of over) {
      // One that cannot be deleted must not keep the others.
      await work.expire(jobId).catch((error: unknown) => {
        logger.error('A job could not be deleted; it will be tried again.', error, { jobId })
      })
    }
  }

  /** One question, where nothing is to be done, which is nearly always. */
  async #isAnyDue(now: number): Promise<boolean> {
    const { rows } = await this.#deps.pool.query<{ due: boolean }>({ ...ANY_DUE, values: [now] })
    return rows[0]?.due !== false
  }

  #later(restMs: number): void {
    if (!this.#running) return
    this.#cancel = this.#deps.clock.after(restMs, () => {
      this.#work = this.once()
        .catch((error: unknown) => {
          if (isOutage(error)) return
          this.#deps.logger.warn('Could not sweep; it will be tried again.', { reason: String(error) })
        })
        .then(() => {
          this.#later(EVERY_MS)
        })
    })
  }
}

/** Whether there is a lease to watch, or a job has been kept for long enough. */
const ANY_DUE = {
  name: 'errand_any_due',
  text: `SELECT EXISTS (SELECT 1 FROM jobs WHERE status = 'running')
    OR EXISTS (SELECT 1 FROM jobs WHERE wake_kind = 'expire' AND wake_at <= $1) AS due`,
}

/** What was set before the clock was set back: its message in the queue comes as much too late. */
async function aheadIn(client: pg.PoolClient, now: number): Promise<readonly WakeRequest[]> {
  const text = `SELECT id, tenant_id, version, wake_kind FROM jobs
                WHERE wake_kind IN ('run', 'deliver') AND status <> 'running' AND wake_at > $1 AND updated_at > $2`
  const values = [now, now + LARGEST_SKEW_MS]
  const { rows } = await client.query<DueRow & { wake_kind: 'run' | 'deliver' }>({ name: 'errand_ahead', text, values })
  const wakes = rows.flatMap((row) => wakesFor(row.wake_kind, [row], now))
  // Under a key of its own, for the queue takes no two messages of one key.
  return wakes.map((wake) => ({ ...wake, key: `${wake.key}:ahead` }))
}
