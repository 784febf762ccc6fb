import type pg from 'pg'
import { PROBE_SQL } from '#adapters/sql/storage-probe.ts'
import type { StorageProbe } from '#ports/storage-probe.ts'
import type { SkewGuard } from './clock-skew.ts'
import { createPool } from './pool.ts'

/** After this a connection that says nothing is given up, so that no probe holds one for longer. */
const LONGEST_MS = 2000

const PROBE = { name: 'errand_probe', text: PROBE_SQL }

/**
 * Without retries, because a probe reports the current state. It keeps a connection of its own,
 * because a busy pool would delay it and a full server has no room for another.
 */
export class PostgresProbe implements StorageProbe {
  readonly #pool: pg.Pool
  readonly #skew: Pick<SkewGuard, 'problem'>

  constructor(url: string, skew: Pick<SkewGuard, 'problem'>) {
    this.#skew = skew
    this.#pool = createPool({ url, connections: 1, idleMs: 0, answerMs: LONGEST_MS })
  }

  async read(): Promise<void> {
    await this.#pool.query(PROBE)
    if (this.#skew.problem) throw this.#skew.problem
  }

  async close(): Promise<void> {
    await this.#pool.end()
  }
}
