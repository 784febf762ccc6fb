import type { UsageEntry, UsageSums } from '#ports/usage-ledger.ts'
import type { SqlValue, Statement } from './database.ts'

/** The columns that are summed, and their fields. */
export const USAGE_SUMS: readonly (readonly [column: string, field: keyof UsageSums])[] = [
  ['completed', 'completed'],
  ['failed', 'failed'],
  ['canceled', 'canceled'],
  ['uncounted', 'uncounted'],
  ['model_calls', 'modelCalls'],
  ['failed_model_calls', 'failedModelCalls'],
  ['wasted_model_calls', 'wastedModelCalls'],
  ['input_tokens', 'inputTokens'],
  ['cached_input_tokens', 'cachedInputTokens'],
  ['cache_write_tokens', 'cacheWriteTokens'],
  ['output_tokens', 'outputTokens'],
  ['reasoning_tokens', 'reasoningTokens'],
  ['cost_nanos', 'nanos'],
  ['failed_cost_nanos', 'failedNanos'],
  ['unpriced_calls', 'unpricedCalls'],
  ['runs', 'runs'],
  ['run_cost_nanos', 'runNanos'],
  ['run_unpriced_calls', 'runUnpricedCalls'],
]

/** What an entry is of. `writer` parts a row among several who would wait for each other; a reader sums them. */
export const USAGE_KEY = ['tenant_id', 'day', 'agent', 'model', 'writer'] as const

const SUM_NAMES = USAGE_SUMS.map(([name]) => name)
const NAMES = [...USAGE_KEY, ...SUM_NAMES].join(', ')

/** Of jobs that had ended by then. One without a cost counts as a call without a price, as in the sums of a batch. */
const ENDED_BEFORE = `INSERT INTO usage_before (tenant_id, day, agent, model, writer, completed, failed, canceled, uncounted,
    input_tokens, cached_input_tokens, output_tokens, cost_nanos, unpriced_calls)
  SELECT tenant_id, finished_at / 86400000, agent, '', 0,
    SUM(CASE WHEN status = 'completed' THEN 1 ELSE 0 END), SUM(CASE WHEN status = 'failed' THEN 1 ELSE 0 END),
    SUM(CASE WHEN status = 'canceled' THEN 1 ELSE 0 END), COUNT(*), SUM(COALESCE(input_tokens, 0)),
    SUM(COALESCE(cached_input_tokens, 0)), SUM(COALESCE(output_tokens, 0)), SUM(COALESCE(cost_nanos, 0)),
    SUM(CASE WHEN cost_nanos IS NULL THEN 1 ELSE unpriced_calls END)
  FROM jobs WHERE finished_at IS NOT NULL GROUP BY tenant_id, finished_at / 86400000, agent`

/**
 * A row for each day, agent and model of a tenant. It lies where the heads of jobs lie. It has its name only once it has
 * what came before: objects of a new release may write to D1 while its tables are changed. So nothing is counted twice.
 */
export const USAGE_TABLE: readonly string[] = [
  `CREATE TABLE usage_before (
     tenant_id TEXT NOT NULL,
     day BIGINT NOT NULL,
     agent TEXT NOT NULL,
     model TEXT NOT NULL,
     writer INTEGER NOT NULL,
     completed BIGINT NOT NULL DEFAULT 0,
     failed BIGINT NOT NULL DEFAULT 0,
     canceled BIGINT NOT NULL DEFAULT 0,
     uncounted BIGINT NOT NULL DEFAULT 0,
     model_calls BIGINT NOT NULL DEFAULT 0,
     failed_model_calls BIGINT NOT NULL DEFAULT 0,
     wasted_model_calls BIGINT NOT NULL DEFAULT 0,
     input_tokens BIGINT NOT NULL DEFAULT 0,
     cached_input_tokens BIGINT NOT NULL DEFAULT 0,
     cache_write_tokens BIGINT NOT NULL DEFAULT 0,
     output_tokens BIGINT NOT NULL DEFAULT 0,
     reasoning_tokens BIGINT NOT NULL DEFAULT 0,
     cost_nanos BIGINT NOT NULL DEFAULT 0,
     failed_cost_nanos BIGINT NOT NULL DEFAULT 0,
     unpriced_calls BIGINT NOT NULL DEFAULT 0,
     PRIMARY KEY (tenant_id, day, agent, model, writer)
   ) WITHOUT ROWID`,
  ENDED_BEFORE,
  'ALTER TABLE usage_before RENAME TO usage_days',
]

/** Runs without a job. */
export const USAGE_OF_RUNS: readonly string[] = [
  'ALTER TABLE usage_days ADD COLUMN runs BIGINT NOT NULL DEFAULT 0',
  'ALTER TABLE usage_days ADD COLUMN run_cost_nanos BIGINT NOT NULL DEFAULT 0',
  'ALTER TABLE usage_days ADD COLUMN run_unpriced_calls BIGINT NOT NULL DEFAULT 0',
]

export const ADD_TO_USAGE = `ON CONFLICT (${USAGE_KEY.join(', ')}) DO UPDATE SET
  ${SUM_NAMES.map((name) => `${name} = usage_days.${name} + excluded.${name}`).join(', ')}`

interface Adding {
  /** Adds nothing if the head of this job says that it has ended, for then it is counted. */
  readonly unless?: { readonly id: string; readonly createdAt: number }
  readonly writer?: number
}

const VALUES = [...USAGE_KEY, ...SUM_NAMES].map(() => '?').join(', ')
const IS_COUNTED = 'EXISTS (SELECT 1 FROM jobs WHERE id = ? AND created_at = ? AND finished_at IS NOT NULL)'
const ADD = `INSERT INTO usage_days (${NAMES}) VALUES (${VALUES}) ${ADD_TO_USAGE}`
const ADD_UNLESS_COUNTED = `INSERT INTO usage_days (${NAMES}) SELECT ${VALUES} WHERE NOT ${IS_COUNTED} ${ADD_TO_USAGE}`

export function addToUsage(entries: readonly UsageEntry[], { unless, writer = 0 }: Adding = {}): readonly Statement[] {
  return entries.map((entry) => ({
    sql: unless ? ADD_UNLESS_COUNTED : ADD,
    params: [...Object.values(usageRow(entry, writer)), ...(unless ? [unless.id, unless.createdAt] : [])],
  }))
}

/** By column, in their order. */
export function usageRow(
  { tenantId, day, agent, model, ...sums }: UsageEntry,
  writer = 0,
): Readonly<Record<string, SqlValue>> {
  const key = { tenant_id: tenantId, day, agent, model, writer }
  return { ...key, ...Object.fromEntries(USAGE_SUMS.map(([name, field]) => [name, sums[field]])) }
}
