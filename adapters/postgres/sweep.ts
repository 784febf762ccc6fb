import type pg from 'pg'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import { isOutage } from './patience.ts'
import { inTransaction } from './transaction.ts'
import type { WakeQueue, WakeRequest } from './wake-queue.ts'

export interface SweepDeps {
  readonly pool: pg.Pool
  readonly queue: Pick<WakeQueue, 'send'>
  readonly clock: Clock
  readonly logger: Logger
  /** Bulk operations that are not completed. */
  readonly unfinished: () => Promise<readonly string[]>
  /** Deletes a job whose time is over. */
  readonly expire: (jobId: string) => Promise<unknown>
}

const EVERY_MS = 2000
/** How long after its time a wake of the queue counts as lost, and how often it is looked for. Wakes are set with what makes them necessary: this is for what nobody has thought of. */
const LOST_MS = 60_000
const MOST = 500
/** Of all processes one sweeps at a time. */
const LOCK = 0x6572_7277

interface OverdueRow {
  readonly id: string
  readonly version: number
  readonly wake_kind: 'run' | 'deliver'
}

/** Finds what nobody is woken for: jobs whose executor is gone, which the end of its lease tells, and finished jobs that have been kept for long enough. */
export class Sweep {
  readonly #deps: SweepDeps
  #cancel: () => void = () => undefined
  #work: Promise<void> = Promise.resolve()
  #running = false
  #lookedForLostAt: number

  constructor(deps: SweepDeps) {
    this.#deps = deps
    this.#lookedForLostAt = deps.clock.now() - LOST_MS
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
    const forLost = now - this.#lookedForLostAt >= LOST_MS
    const operations = forLost ? await unfinished() : []
    let over: readonly string[] = []
    await inTransaction(pool, async (client) => {
      const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS mine', [LOCK])
      if (rows[0]?.mine !== true) return false
      if (forLost) this.#lookedForLostAt = now
      const wakes = [
        ...(await wakesIn(client, LEFT, now)),
        ...(forLost ? await wakesIn(client, LOST, now - LOST_MS) : []),
        ...operations.map((id): WakeRequest => ({ kind: 'operate', id, key: id, at: now })),
      ]
      await queue.send(wakes, client)
      over = await expiredIn(client, now)
      return true
    })
    for (const jobId of over) {
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
  text: `SELECT id, version, wake_kind FROM jobs WHERE status = 'running' AND wake_at <= $1 ORDER BY wake_at LIMIT $2`,
}
const LOST = {
  name: 'errand_lost',
  text: `SELECT id, version, wake_kind FROM jobs
         WHERE wake_kind IN ('run', 'deliver') AND status <> 'running' AND wake_at <= $1 ORDER BY wake_at LIMIT $2`,
}

async function wakesIn(
  client: pg.PoolClient,
  query: { readonly name: string; readonly text: string },
  at: number,
): Promise<readonly WakeRequest[]> {
  const { rows } = await client.query<OverdueRow>({ ...query, values: [at, MOST] })
  return rows.map(({ id, version, wake_kind: kind }) => ({ kind, id, key: `${id}:${String(version)}`, at }))
}

async function expiredIn(client: pg.PoolClient, now: number): Promise<readonly string[]> {
  const text = `SELECT id FROM jobs WHERE wake_kind = 'expire' AND wake_at <= $1 ORDER BY wake_at LIMIT $2`
  const { rows } = await client.query<{ id: string }>({ name: 'errand_expired', text, values: [now, MOST] })
  return rows.map(({ id }) => id)
}
