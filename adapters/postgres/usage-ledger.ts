import type { SqlDatabase } from '#adapters/sql/database.ts'
import { Grouped } from '#adapters/sql/grouped.ts'
import { SqlUsageLedger } from '#adapters/sql/usage-ledger.ts'
import { sumsOf } from '#domain/money/spending.ts'
import { NO_SUMS, type UsageEntry, type UsageLedger, type UsageQuery, type UsageReport } from '#ports/usage-ledger.ts'
import { WRITERS } from './writes.ts'

/**
 * Runs that end together are one write. Otherwise each would hold a connection of the pool while it waits for the same
 * row. Their rows are none of those that jobs add to.
 */
export class PostgresUsageLedger implements UsageLedger {
  readonly #ledger: SqlUsageLedger
  readonly #runs = new Grouped<readonly UsageEntry[], void>(async (group) => {
    await this.#ledger.add(together(group.flat()))
    return group.map(() => ({ value: undefined }))
  })

  constructor(db: SqlDatabase) {
    this.#ledger = new SqlUsageLedger(db, { writer: WRITERS })
  }

  read(query: UsageQuery): Promise<UsageReport> {
    return this.#ledger.read(query)
  }

  add(entries: readonly UsageEntry[]): Promise<void> {
    return this.#runs.add(entries)
  }
}

/** One entry for each row, in the same order on each server: no two servers wait for each other. */
function together(entries: readonly UsageEntry[]): readonly UsageEntry[] {
  const rows = Map.groupBy(entries, ({ tenantId, day, agent, model }) => JSON.stringify([tenantId, day, agent, model]))
  const inOrder = [...rows].sort(([a], [b]) => (a < b ? -1 : 1))
  return inOrder.flatMap(([, row]) => row.slice(0, 1).map((first) => ({ ...first, ...sumsOf(NO_SUMS, row) })))
}
