import type pg from 'pg'
import type { WakeTable } from '#adapters/sql/wake-table.ts'
import { LARGEST_SKEW_MS } from '#domain/time/clock-step.ts'
import { ALL_AGENTS, type ExecutedAgents, type TenantWakes } from '#ports/due.ts'
import { claimStatements } from './claim-statements.ts'
import type { Asked } from './shared-trips.ts'
import { inTransaction } from './transaction.ts'

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
  /** At once for the tenant, on all servers; `null` for no limit. */
  readonly most: number | null
}

/** A claim, and when it is to come again. */
export interface Return {
  readonly claim: Claim
  /** Epoch ms. */
  readonly at: number
}

/**
 * One kind of work in one table. A claim moves a row's time on, and writes the same time to
 * `claimed_until`. A row is claimed while the two are equal, and any other write ends that. So the
 * table alone is the queue, and a row whose process dies is due again. The claim only keeps servers
 * out of each other's way. The record itself decides what may be done, and each of its commits
 * writes its true time.
 */
export class Claims {
  readonly #pool: pg.Pool
  readonly #looks: Asked
  readonly #kind: string
  readonly #agents: ExecutedAgents
  readonly #statements: ReturnType<typeof claimStatements>

  /** @param work its agents are those of jobs; not all only where the table has an index by agent. */
  constructor(pool: pg.Pool, work: ClaimedKind, table: WakeTable) {
    this.#pool = pool
    this.#looks = work.looks ?? pool
    this.#kind = work.kind
    this.#agents = work.agents ?? ALL_AGENTS
    this.#statements = claimStatements(table, this.#agents)
  }

  /**
   * The tenants with rows of this kind. It costs a few look-ups for each tenant, and none for each
   * row.
   */
  async tenants(now: number): Promise<readonly TenantWakes[]> {
    const values = [this.#kind, now, ...this.#selected]
    const { rows } = await this.#looks.query<TenantRow>({ ...this.#statements.tenants, values })
    return rows.map((row) => ({ tenantId: row.tenant_id, isDue: row.due_at !== null, nextAt: row.next_at }))
  }

  /** Claims rows of the tenant that are due, those that have been due for longest. */
  async claim(query: ClaimQuery): Promise<readonly Claim[]> {
    const { tenantId, until } = query
    const isLimited = query.most !== null || 'only' in this.#agents
    const rows = await (isLimited ? this.#claimWithin(query) : this.#claim(query))
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

  /**
   * Makes due what comes within `aheadMs`, where it may have been claimed by a process that is
   * gone.
   */
  async expedite(now: number, aheadMs: number): Promise<void> {
    await this.#pool.query({ ...this.#statements.expedite, values: [this.#kind, now, now + aheadMs] })
  }

  /**
   * Makes due what was written or claimed by a clock that has been set back since. Its time would
   * come as much too late.
   */
  async catchUp(now: number, claimMs: number): Promise<void> {
    const writtenAfter = now + LARGEST_SKEW_MS
    const values = [this.#kind, now, writtenAfter, writtenAfter + claimMs]
    await this.#pool.query({ ...this.#statements.catchUp, values })
  }

  async #claim({ tenantId, now, until, limit }: ClaimQuery): Promise<readonly ClaimRow[]> {
    const values = [this.#kind, tenantId, now, until, limit, ...this.#selected]
    return (await this.#pool.query<ClaimRow>({ ...this.#statements.claim, values })).rows
  }

  /** Servers take turns for each tenant and each agent, so that each counts what the others have claimed. */
  async #claimWithin({ tenantId, now, until, limit, most }: ClaimQuery): Promise<readonly ClaimRow[]> {
    const agents = this.#agents
    const ofAgent = 'only' in agents ? [agents.most, agents.only] : this.#selected
    const values = [this.#kind, tenantId, now, until, limit, most, until + LARGEST_SKEW_MS, ...ofAgent]
    // Always in this order, so that no two servers wait for each other.
    const turns = [
      ...(most === null ? [] : [[LOCK, tenantId]]),
      ...('only' in agents ? [[AGENT_LOCK, agents.only]] : []),
    ]
    let rows: readonly ClaimRow[] = []
    await inTransaction(this.#pool, async (client) => {
      // Statements of their own: the snapshot of the last one is taken when the locks are held.
      const locked = turns.map((turn) => client.query({ ...TURN, values: turn }))
      const [claimed] = await Promise.all([
        client.query<ClaimRow>({ ...this.#statements.claimWithin, values }),
        ...locked,
      ])
      rows = claimed.rows
      return true
    })
    return rows
  }

  /** The last parameter of a statement about some agents. */
  get #selected(): readonly unknown[] {
    const agents = this.#agents
    if ('only' in agents) return [agents.only]
    return agents.except.length === 0 ? [] : [agents.except]
  }
}

export interface ClaimedKind {
  readonly kind: string
  readonly agents?: ExecutedAgents
  /** Asks who has something to do, together with other kinds; the pool unless given. */
  readonly looks?: Asked
}

/** Any numbers that no other program uses: advisory locks belong to the whole database. */
const LOCK = 0x6572_7264
const AGENT_LOCK = 0x6572_6167

const TURN = { name: 'errand_claim_turn', text: 'SELECT pg_advisory_xact_lock($1::int, hashtext($2))' }

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
