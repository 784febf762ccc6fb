import type pg from 'pg'
import { isAhead } from '#domain/job/clock-step.ts'
import type { Clock } from '#ports/clock.ts'
import type { WakeRequest } from './wake-queue.ts'

interface Row {
  readonly id: string
  readonly tenant_id: string
  readonly version: number
  readonly wake_at: number
}

interface Seen {
  readonly wakeAt: number
  /** By the monotonic clock. */
  readonly since: number
}

const AHEAD = {
  name: 'errand_leases_ahead',
  text: `SELECT id, tenant_id, version, wake_at FROM jobs WHERE status = 'running' AND wake_at > $1 ORDER BY wake_at LIMIT 500`,
}

/**
 * Finds leases that a dead executor holds until long after it should have lost them, for the clock was set back. A living executor renews its lease
 * within a third of it, by the clock as it is now; so a lease that stays the same for its whole length has no one behind it.
 */
export class LeasesAhead {
  readonly #clock: Clock
  readonly #leaseMs: number
  #seen = new Map<string, Seen>()

  constructor(clock: Clock, leaseMs: number) {
    this.#clock = clock
    this.#leaseMs = leaseMs
  }

  /** Wakes for the jobs whose lease has been watched for long enough. */
  async over(client: pg.PoolClient, now: number): Promise<readonly WakeRequest[]> {
    const { rows } = await client.query<Row>({ ...AHEAD, values: [now + this.#leaseMs] })
    const ahead = rows.filter(({ wake_at }) => isAhead(wake_at - this.#leaseMs, now))
    const elapsed = this.#clock.monotonic()
    const before = this.#seen
    this.#seen = new Map(
      ahead.map(({ id, wake_at: wakeAt }) => {
        const known = before.get(id)
        return [id, known?.wakeAt === wakeAt ? known : { wakeAt, since: elapsed }]
      }),
    )
    const over = ahead.filter(({ id }) => elapsed - (this.#seen.get(id)?.since ?? elapsed) >= this.#leaseMs)
    return over.map(({ id, tenant_id: tenantId, version }) => ({
      kind: 'run',
      id,
      tenantId,
      key: `${id}:${String(version)}:ahead`,
      at: now,
    }))
  }
}
