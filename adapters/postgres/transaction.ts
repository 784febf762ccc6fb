import type pg from 'pg'

/** The server went away while it was committing: what was asked may have been done or not. */
export class UnknownOutcomeError extends Error {
  override readonly name = 'UnknownOutcomeError'

  constructor(cause: unknown) {
    super('The database went away in the middle of a commit.', { cause })
  }
}

/**
 * Keeps what `work` does if it returns true, and undoes it otherwise.
 * @throws {UnknownOutcomeError} and what `work` throws: then nothing was kept.
 */
export async function inTransaction(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<boolean>,
): Promise<boolean> {
  const client = await pool.connect()
  let broken = false
  try {
    // On its way before what comes after it, which need not wait for its answer.
    const [, kept] = await Promise.all([client.query('BEGIN'), work(client)])
    if (kept) await commit(client)
    else await client.query('ROLLBACK')
    return kept
  } catch (error) {
    broken = true
    throw error
  } finally {
    // A connection on which something went wrong is given up, and with it the transaction.
    client.release(broken)
  }
}

async function commit(client: pg.PoolClient): Promise<void> {
  try {
    await client.query('COMMIT')
  } catch (error) {
    throw new UnknownOutcomeError(error)
  }
}
