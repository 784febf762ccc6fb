import type pg from 'pg'
import { inTransaction } from '#adapters/postgres/transaction.ts'

export interface Executed {
  readonly text: string
  readonly values: readonly (string | number)[]
  /** The plan for these values, or the one for all values. */
  readonly mode: 'generic' | 'custom'
}

let prepared = 0

/** The plan as it was executed; nothing is kept of that. */
export async function executedPlan(pool: pg.Pool, { text, values, mode }: Executed): Promise<string> {
  const name = `plan_${String(++prepared)}`
  let plan = ''
  await inTransaction(pool, async (client) => {
    await client.query(`SET LOCAL plan_cache_mode = force_${mode}_plan; PREPARE ${name} AS ${text}`)
    const given = values.map((value) => `'${String(value)}'`).join()
    const explain = `EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) EXECUTE ${name} (${given})`
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(explain)
    plan = rows.map((row) => row['QUERY PLAN']).join('\n')
    return false
  })
  return plan
}

/** The most that one step of the plan read, for all its rounds alike. */
export function mostRead(plan: string): number {
  const figures = plan.matchAll(/(?:actual rows=|Rows Removed by \w+(?: \w+)*: )(\d+)/g)
  return Math.max(...Array.from(figures, ([, rows]) => Number(rows)))
}
