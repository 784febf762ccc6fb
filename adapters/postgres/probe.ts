import type pg from 'pg'
import { PROBE_SQL } from '#adapters/sql/probe.ts'
import type { StorageProbe } from '#ports/storage-probe.ts'

/** After this a connection that says nothing is given up, so that no probe holds one for longer. */
const LONGEST_MS = 2000

// The driver takes a time for each statement; its types do not know.
const PROBE = { name: 'errand_probe', text: PROBE_SQL, query_timeout: LONGEST_MS }

/** SQLSTATE of a server that has no room for another connection: it is there, and answers on those that are open. */
const FULL = '53300'

/** Without patience: whoever asks wants to know how it stands now. */
export class PostgresProbe implements StorageProbe {
  readonly #pool: pg.Pool

  /** @param pool of its own: in one that is busy, a probe would wait behind what keeps it busy. */
  constructor(pool: pg.Pool) {
    this.#pool = pool
  }

  async read(): Promise<void> {
    await this.#pool.query(PROBE).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === FULL)) throw error
    })
  }

  async close(): Promise<void> {
    await this.#pool.end()
  }
}
