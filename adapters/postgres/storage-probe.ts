import type pg from 'pg'
import { StorageUnavailableError } from '#domain/storage/errors.ts'
import type { StorageProbe } from '#ports/storage-probe.ts'
import type { SkewGuard } from './clock-skew.ts'
import { createPool } from './pool.ts'

/** After this a connection that says nothing is given up, so that no probe holds one for longer. */
const LONGEST_MS = 2000

const PROBE = {
  name: 'errand_probe',
  text: `SELECT current_setting('transaction_read_only') AS read_only FROM schema_versions LIMIT 1`,
}

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
    const client = await this.#pool.connect()
    let isSound = false
    try {
      const { rows } = await client.query<{ read_only: string }>(PROBE)
      if (rows[0]?.read_only === 'on') throw new StorageUnavailableError(new Error('The database is read-only.'))
      isSound = true
    } finally {
      // A session that began read-only stays so.
      client.release(!isSound)
    }
    if (this.#skew.problem) throw this.#skew.problem
  }

  async close(): Promise<void> {
    await this.#pool.end()
  }
}
