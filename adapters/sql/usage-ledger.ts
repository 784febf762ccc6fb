import {
  NO_SUMS,
  type UsageEntry,
  type UsageLedger,
  type UsageQuery,
  type UsageReport,
  type UsageSums,
} from '#ports/usage-ledger.ts'
import { type SqlDatabase, type SqlRow, type SqlValue, numberAt, textAt } from './database.ts'
import { USAGE_SUMS, addToUsage } from './usage-table.ts'

const SUMS = USAGE_SUMS.map(([name]) => `CAST(SUM(${name}) AS BIGINT) AS ${name}`).join(', ')

/** What jobs add is written with their heads, and so in their table's neighbour (`usage-table.ts`). */
export class SqlUsageLedger implements UsageLedger {
  readonly #db: SqlDatabase
  readonly #writer: number

  /** @param writer of what is added here: see `USAGE_KEY`. */
  constructor(db: SqlDatabase, { writer = 0 }: { readonly writer?: number } = {}) {
    this.#db = db
    this.#writer = writer
  }

  async add(entries: readonly UsageEntry[]): Promise<void> {
    await this.#db.batch(addToUsage(entries, { writer: this.#writer }))
  }

  /** In one statement, so that a job which ends meanwhile is in all of the sums or in none. */
  async read(query: UsageQuery): Promise<UsageReport> {
    const { where, params } = narrowed(query)
    const by = (column: string): string =>
      `SELECT '${column}' AS dimension, CAST(${column} AS TEXT) AS value, ${SUMS}
       FROM usage_days WHERE ${where} GROUP BY ${column}`
    const sql = ['day', 'agent', 'model'].map(by).join(' UNION ALL ')
    const rows = await this.#db.query(sql, ...params, ...params, ...params)
    const of = (dimension: string): readonly SqlRow[] => rows.filter((row) => row['dimension'] === dimension)
    return {
      days: of('day').map((row) => ({ day: Number(textAt(row, 'value')), ...sumsIn(row) })),
      agents: of('agent').map((row) => ({ agent: textAt(row, 'value'), ...sumsIn(row) })),
      models: of('model').map((row) => ({ model: textAt(row, 'value'), ...sumsIn(row) })),
    }
  }
}

function narrowed({ tenantId, from, to, agent, model }: UsageQuery): { where: string; params: readonly SqlValue[] } {
  const conditions: (readonly [string, SqlValue])[] = [
    ['tenant_id = ?', tenantId],
    ['day >= ?', from],
    ['day <= ?', to],
  ]
  if (agent !== undefined) conditions.push(['agent = ?', agent])
  if (model !== undefined) conditions.push(['model = ?', model])
  return { where: conditions.map(([sql]) => sql).join(' AND '), params: conditions.map(([, value]) => value) }
}

function sumsIn(row: SqlRow): UsageSums {
  return { ...NO_SUMS, ...Object.fromEntries(USAGE_SUMS.map(([name, field]) => [field, numberAt(row, name)])) }
}
