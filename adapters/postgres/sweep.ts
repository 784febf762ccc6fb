import type pg from 'pg'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { OperationKey } from '#ports/operation-store.ts'
import { type DueRow, dueInTurns } from './due-in-turns.ts'
import { isOutage } from './patience.ts'
import { inTransaction } from './transaction.ts'
import type { WakeQueue, WakeRequest } from './wake-queue.ts'

export interface SweepDeps {
  readonly pool: pg.Pool
  readonly queue: Pick<WakeQueue, 'send'>
  readonly clock: Clock
  readonly logger: Logger
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
    let over: readonly DueRow[] = []
    await inTransaction(pool, async (client) => {
      const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS mine', [LOCK])
      if (rows[0]?.mine !== true) return false
      if (forLost) this.#lookedForLostAt = now
      const wakes = [
        ...(await leftIn(client, now)),
        ...(forLost ? await lostIn(client, now - LOST_MS) : []),
        ...operations.map(({ id, tenantId }): WakeRequest => ({ kind: 'operate', id, tenantId, key: id, at: now })),
      ]
      await queue.send(wakes, client)
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

async function lostIn(client: pg.PoolClient, at: number): Promise<readonly WakeRequest[]> {
  const run = await dueInTurns(client, { kind: 'run', at, most: MOST })
  const deliver = await dueInTurns(client, { kind: 'deliver', at, most: MOST })
  return [...wakesFor('run', run, at), ...wakesFor('deliver', deliver, at)]
}

function wakesFor(kind: 'run' | 'deliver', rows: readonly DueRow[], at: number): readonly WakeRequest[] {
  return rows.map(({ id, tenant_id: tenantId, version }) => ({ kind, id, tenantId, key: `${id}:${String(version)}`, at }))
}
