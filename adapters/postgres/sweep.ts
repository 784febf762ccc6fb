import type pg from 'pg'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import { ClockSteps } from '#application/clock-steps.ts'
import { LARGEST_SKEW_MS } from '#domain/job/clock-step.ts'
import type { OperationKey } from '#ports/operation-store.ts'
import { type DueRow, dueInTurns, overdueWakes, wakesFor } from './due-in-turns.ts'
import { LeasesAhead } from './leases-ahead.ts'
import { isOutage } from './patience.ts'
import { inTransaction } from './transaction.ts'
import type { WakeQueue, WakeRequest } from './wake-queue.ts'

export interface SweepDeps {
  readonly pool: pg.Pool
  readonly queue: Pick<WakeQueue, 'send'>
  readonly clock: Clock
  readonly logger: Logger
  readonly leaseMs: number
  /** Bulk operations that are not completed. */
  readonly unfinished: () => Promise<readonly OperationKey[]>
  /** Deletes a job whose time is over. */
  readonly expire: (jobId: string) => Promise<unknown>
}

const EVERY_MS = 2000
/** How long after its time a wake of the queue counts as lost, and how often it is looked for. Wakes are set with what makes them necessary: this is for what nobody has thought of. */
const LOST_MS = 60_000
const MOST = 500
/** Of all processes one sweeps at a time. */
const LOCK = 0x6572_7277

/** Finds what nobody is woken for: jobs whose executor is gone, which the end of its lease tells, and finished jobs that have been kept for long enough. */
export class Sweep {
  readonly #deps: SweepDeps
  #cancel: () => void = () => undefined
  #work: Promise<void> = Promise.resolve()
  #running = false
  readonly #steps: ClockSteps
  readonly #held: LeasesAhead
  /** Also at the start, for a step before that was seen by no one. */
  #wasSetBack = true
  /** By the monotonic clock. */
  #lookedForLostAt: number

  constructor(deps: SweepDeps) {
    this.#deps = deps
    this.#steps = new ClockSteps(deps.clock)
    this.#held = new LeasesAhead(deps.clock, deps.leaseMs)
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
    const { pool, queue, clock, logger, unfinished, expire } = this.#deps
    const now = clock.now()
    const elapsed = clock.monotonic()
    if (this.#steps.wasSetBack()) this.#wasSetBack = true
    const forLost = elapsed - this.#lookedForLostAt >= LOST_MS
    const operations = forLost ? await unfinished() : []
    let over: readonly DueRow[] = []
    await inTransaction(pool, async (client) => {
      const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS mine', [LOCK])
      if (rows[0]?.mine !== true) return false
      if (forLost) this.#lookedForLostAt = elapsed
      const wakes = [
        ...(await leftIn(client, now)),
        ...(await this.#held.over(client, now)),
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
      await expire(jobId).catch((error: unknown) => {
        logger.error('A job could not be deleted; it will be tried again.', error, { jobId })
      })
    }
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

const LEFT = {
  name: 'errand_left',
  text: `SELECT id, tenant_id, version FROM jobs WHERE status = 'running' AND wake_at <= $1 ORDER BY wake_at LIMIT $2`,
}

async function leftIn(client: pg.PoolClient, at: number): Promise<readonly WakeRequest[]> {
  const { rows } = await client.query<DueRow>({ ...LEFT, values: [at, MOST] })
  return wakesFor('run', rows, at)
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
