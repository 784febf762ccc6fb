import { deepStrictEqual } from 'node:assert/strict'
import type { SqlDatabase } from '#adapters/sql/database.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { SqlUsageLedger } from '#adapters/sql/usage-ledger.ts'
import { USAGE_OF_RUNS, USAGE_TABLE } from '#adapters/sql/usage-table.ts'
import { DAY_MS } from '#domain/time/duration.ts'
import { NO_SUMS } from '#ports/usage-ledger.ts'
import { T0 } from './fixtures.ts'

const TODAY = Math.floor(T0 / DAY_MS)

const INSERT = `INSERT INTO jobs (id, tenant_id, status, agent, created_at, updated_at, finished_at, wake_at, wake_kind, version,
  tags, metadata, input_tokens, cached_input_tokens, output_tokens, cost_nanos, unpriced_calls)
  VALUES (?, 'acme', ?, 'writer', 0, 0, ?, 0, 'expire', 3, '[]', '{}', ?, ?, ?, ?, ?)`

/** Jobs as releases wrote them that kept no ledger: priced, unpriced, from before costs, before tokens, and one that has not ended. */
const JOBS = [
  ['a', 'completed', T0, 100, 60, 5, 7_000_000, 0],
  ['b', 'completed', T0, 100, 60, 5, 0, 2],
  ['c', 'failed', T0, 100, 60, 5, null, null],
  ['d', 'canceled', T0 - DAY_MS, null, null, null, null, null],
  ['e', 'running', null, null, null, null, null, null],
] as const

/** Fails where an upgrade leaves out of the ledger what had ended before. */
export async function countOlderUsage(db: SqlDatabase): Promise<void> {
  await db.batch([{ sql: 'DROP TABLE usage_days', params: [] }, ...JOBS.map((params) => ({ sql: INSERT, params }))])
  await migrate(db, { name: 'upgrade of usage', statements: [...USAGE_TABLE, ...USAGE_OF_RUNS] })
  const { days, models } = await new SqlUsageLedger(db).read({ tenantId: 'acme', from: TODAY - 1, to: TODAY })
  const older = { ...NO_SUMS, canceled: 1, uncounted: 1, unpricedCalls: 1 }
  const newer = { completed: 2, failed: 1, uncounted: 3, inputTokens: 300, cachedInputTokens: 180, outputTokens: 15 }
  deepStrictEqual(
    days.toSorted((a, b) => a.day - b.day),
    [
      { day: TODAY - 1, ...older },
      { day: TODAY, ...NO_SUMS, ...newer, nanos: 7_000_000, unpricedCalls: 3 },
    ],
  )
  deepStrictEqual(
    models.map(({ model, uncounted }) => [model, uncounted]),
    [['', 4]],
  )
}
