import type pg from 'pg'
import { Grouped, type Outcome } from '#adapters/sql/grouped.ts'
import { nextTurn } from './next-turn.ts'

/** What can be asked together with others. */
export interface Asked {
  query<Row extends pg.QueryResultRow>(statement: pg.QueryConfig): Promise<pg.QueryResult<Row>>
}

/**
 * Reads of one moment over one connection, without waiting for answers in between. The looks of all
 * kinds of work come at the same time. Apart, each would open a connection, which ends before the
 * next look: that was half of the CPU time of an idle server.
 */
export class SharedTrips implements Asked {
  readonly #pool: pg.Pool
  readonly #trips = new Grouped<pg.QueryConfig, pg.QueryResult>((group) => this.#askAll(group), nextTurn)

  constructor(pool: pg.Pool) {
    this.#pool = pool
  }

  query<Row extends pg.QueryResultRow>(statement: pg.QueryConfig): Promise<pg.QueryResult<Row>> {
    return this.#trips.add(statement) as Promise<pg.QueryResult<Row>>
  }

  async #askAll(group: readonly pg.QueryConfig[]): Promise<readonly Outcome<pg.QueryResult>[]> {
    const client = await this.#pool.connect()
    const asked = group.map((statement): Promise<Outcome<pg.QueryResult>> =>
      client.query(statement).then(
        (value) => ({ value }),
        (error: unknown) => ({ error }),
      ),
    )
    const outcomes = await Promise.all(asked)
    // A connection on which something went wrong is given up.
    client.release(outcomes.some((outcome) => 'error' in outcome))
    return outcomes
  }
}
