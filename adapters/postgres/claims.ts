import type pg from 'pg'
import type { WakeTable } from '#adapters/sql/wake-table.ts'
import { LARGEST_SKEW_MS } from '#domain/time/clock-step.ts'
import type { TenantWakes } from '#ports/due.ts'

/** A claimed row: no other server gets it before `until`, unless a commit changes it. */
export interface Claim {
  readonly id: string
  readonly tenantId: string
  readonly version: number
  /** When it was due (epoch ms). */
  readonly at: number
  /** Epoch ms. */
  readonly until: number
}

export interface ClaimQuery {
  readonly tenantId: string
  /** Epoch ms. */
  readonly now: number
  readonly until: number
  readonly limit: number
}

/** A claim, and when it is to come again. */
export interface Return {
  readonly claim: Claim
  /** Epoch ms. */
  readonly at: number
}

/**
 * One kind of work in one table. A claim moves a row's time on and changes nothing else, so the table alone is the
 * queue. A row whose process dies is due again. The claim only keeps servers out of each other's way; the record itself
 * decides what may be done. Each commit of the record writes its true time.
 */
export class Claims {
  readonly #pool: Pick<pg.Pool, 'query'>
  readonly #kind: string
  readonly #statements: ReturnType<typeof statementsFor>

  constructor(pool: Pick<pg.Pool, 'query'>, kind: string, table: WakeTable) {
    this.#pool = pool
    this.#kind = kind
    this.#statements = statementsFor(table)
  }

  /** The tenants with rows of this kind. It costs a few look-ups for each tenant, and none for each row. */
  async tenants(now: number): Promise<readonly TenantWakes[]> {
    const { rows } = await this.#pool.query<TenantRow>({ ...this.#statements.tenants, values: [this.#kind, now] })
    return rows.map((row) => ({ tenantId: row.tenant_id, isDue: row.due_at !== null, nextAt: row.next_at }))
  }

  /** Claims rows of the tenant that are due, those that have been due for longest. */
  async claim({ tenantId, now, until, limit }: ClaimQuery): Promise<readonly Claim[]> {
    const values = [this.#kind, tenantId, now, until, limit]
    const { rows } = await this.#pool.query<ClaimRow>({ ...this.#statements.claim, values })
    const claims = rows.map(({ id, version, at }) => ({ id, tenantId, version, at, until }))
    return claims.sort((a, b) => a.at - b.at)
  }

  /** Releases claims, except those whose row was written or claimed again meanwhile. */
  async giveBack(returns: readonly Return[]): Promise<void> {
    const columns = [
      returns.map(({ claim }) => claim.id),
      returns.map(({ claim }) => claim.version),
      returns.map(({ claim }) => claim.until),
      returns.map(({ at }) => at),
    ]
    await this.#pool.query({ ...this.#statements.giveBack, values: columns })
  }

  /** Makes due what comes within `aheadMs`, where it may have been claimed by a process that is gone. */
  async expedite(now: number, aheadMs: number): Promise<void> {
    await this.#pool.query({ ...this.#statements.expedite, values: [this.#kind, now, now + aheadMs] })
  }

  /** Makes due what was written by a clock that has been set back since: its time would come as much too late. */
  async catchUp(now: number): Promise<void> {
    await this.#pool.query({ ...this.#statements.catchUp, values: [this.#kind, now, now + LARGEST_SKEW_MS] })
  }
}

interface TenantRow {
  readonly tenant_id: string
  readonly due_at: number | null
  readonly next_at: number | null
}

interface ClaimRow {
  readonly id: string
  readonly version: number
  readonly at: number
}

/** Names are the same for all kinds of a table, so each connection plans each statement once. */
function statementsFor({ name, kindColumn, heldIf = 'FALSE' }: WakeTable) {
  const first = (time: string): string =>
    `(SELECT MIN(wake_at) FROM ${name} WHERE ${kindColumn} = $1 AND tenant_id = tenants.id AND wake_at ${time} AND NOT (${heldIf}))`
  return {
    // From one tenant to the next along the index. MIN of no row is NULL, which ends it.
    tenants: {
      name: `errand_wake_tenants_${name}`,
      text: `
        WITH RECURSIVE tenants (id) AS (
          SELECT MIN(tenant_id) FROM ${name} WHERE ${kindColumn} = $1
          UNION ALL
          SELECT (SELECT MIN(tenant_id) FROM ${name} WHERE ${kindColumn} = $1 AND tenant_id > tenants.id)
          FROM tenants WHERE tenants.id IS NOT NULL
        )
        SELECT id AS tenant_id, ${first('<= $2')} AS due_at, ${first('> $2')} AS next_at
        FROM tenants WHERE id IS NOT NULL`,
    },
    claim: {
      name: `errand_claim_${name}`,
      text: `
        WITH due AS MATERIALIZED (
          SELECT id, wake_at AS at FROM ${name}
          WHERE ${kindColumn} = $1 AND tenant_id = $2 AND wake_at <= $3 AND NOT (${heldIf})
          ORDER BY wake_at LIMIT $5 FOR NO KEY UPDATE SKIP LOCKED
        )
        UPDATE ${name} SET wake_at = $4 FROM due WHERE ${name}.id = due.id
        RETURNING ${name}.id, ${name}.version, due.at`,
    },
    // The writer of a locked row decides its time.
    giveBack: {
      name: `errand_give_back_${name}`,
      text: `
        WITH claims AS MATERIALIZED (
          SELECT ${name}.id, said.at
          FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[]) AS said (id, version, until, at)
          JOIN ${name} ON ${name}.id = said.id AND ${name}.version = said.version AND ${name}.wake_at = said.until
          WHERE NOT (${heldIf})
          FOR NO KEY UPDATE OF ${name} SKIP LOCKED
        )
        UPDATE ${name} SET wake_at = claims.at FROM claims WHERE ${name}.id = claims.id`,
    },
    // A locked row has a process that lives. To wait for it, row after row, could end in a deadlock with a group of commits.
    expedite: {
      name: `errand_expedite_${name}`,
      text: `
        WITH ahead AS MATERIALIZED (
          SELECT id FROM ${name}
          WHERE ${kindColumn} = $1 AND wake_at > $2 AND wake_at <= $3 AND NOT (${heldIf})
          FOR NO KEY UPDATE SKIP LOCKED
        )
        UPDATE ${name} SET wake_at = $2 FROM ahead WHERE ${name}.id = ahead.id`,
    },
    catchUp: {
      name: `errand_catch_up_${name}`,
      text: `
        UPDATE ${name} SET wake_at = $2
        WHERE ${kindColumn} = $1 AND wake_at > $2 AND updated_at > $3 AND NOT (${heldIf})`,
    },
  }
}
