import { type SqlDatabase, textAt } from '#adapters/sql/database.ts'
import { SqlDueJobs } from '#adapters/sql/due.ts'
import { WAKE_KINDS, type WakeKind } from '#domain/job/wake.ts'

/** One tenant's jobs of one kind of wake. */
export interface OverdueLane {
  readonly kind: WakeKind
  readonly tenantId: string
}

export interface Claim {
  /** Jobs whose time was before this (epoch ms). */
  readonly before: number
  /** When the jobs count as overdue again, unless their objects say something newer. */
  readonly until: number
  readonly most: number
}

/** Of the jobs' own order, the first ones; each sweep takes others, and one that dies leaves its own to a later sweep. */
const CLAIM = `
  UPDATE jobs SET wake_at = ? WHERE id IN (
    SELECT id FROM jobs WHERE wake_kind = ? AND tenant_id = ? AND wake_at <= ? ORDER BY wake_at LIMIT ?)
  RETURNING id`

/** The jobs whose time has passed, by what the index has. */
export class OverdueJobs {
  readonly #db: SqlDatabase

  constructor(db: SqlDatabase) {
    this.#db = db
  }

  async lanes(before: number): Promise<readonly OverdueLane[]> {
    const due = new SqlDueJobs(this.#db)
    const found = await Promise.all(
      WAKE_KINDS.map(async (kind) => {
        const tenants = await due.tenants(kind, before)
        return tenants.filter(({ isDue }) => isDue).map(({ tenantId }) => ({ kind, tenantId }))
      }),
    )
    return found.flat()
  }

  /** Puts the longest overdue jobs behind the others, and returns their ids: a job that is overdue for ever stands before no other. */
  async claim({ kind, tenantId }: OverdueLane, { before, until, most }: Claim): Promise<readonly string[]> {
    const rows = await this.#db.query(CLAIM, until, kind, tenantId, before, most)
    return rows.map((row) => textAt(row, 'id'))
  }

  async postpone(jobIds: readonly string[], until: number): Promise<void> {
    const places = jobIds.map(() => '?').join(', ')
    await this.#db.batch([{ sql: `UPDATE jobs SET wake_at = ? WHERE id IN (${places})`, params: [until, ...jobIds] }])
  }
}
