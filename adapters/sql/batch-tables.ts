import {
  type BatchItem,
  type BatchTotals,
  type ItemCounts,
  type ItemEnd,
  type ItemStatus,
  type ItemUse,
  ITEM_STATUSES,
  NO_USE,
} from '#domain/batch/item.ts'
import type { NewItem, ItemProblem } from '#domain/batch/item.ts'
import type { JsonValue } from '#domain/json/json.ts'
import type { Append } from '#ports/batch-items.ts'
import { type SqlRow, type SqlValue, type Statement, numberAt, textAt } from './database.ts'
import type { SqlSchema } from './schema.ts'

/** What every database of items has. A line that could not be read has no input at all, which is not the JSON `null`. */
export const itemTables: readonly string[] = [
  `CREATE TABLE batch_totals (
     batch_id TEXT PRIMARY KEY,
     tenant_id TEXT NOT NULL,
     created_at BIGINT NOT NULL,
     next BIGINT NOT NULL,
     closed BIGINT NOT NULL,
     window_size BIGINT NOT NULL,
     ${ITEM_STATUSES.map((status) => `${status} BIGINT NOT NULL DEFAULT 0`).join(', ')},
     input_tokens BIGINT NOT NULL DEFAULT 0,
     output_tokens BIGINT NOT NULL DEFAULT 0,
     last_item_at BIGINT NOT NULL
   ) WITHOUT ROWID`,
  `CREATE TABLE batch_items (
     batch_id TEXT NOT NULL,
     line BIGINT NOT NULL,
     tenant_id TEXT NOT NULL,
     status TEXT NOT NULL,
     round BIGINT NOT NULL DEFAULT 0,
     item_key TEXT,
     input TEXT,
     metadata TEXT NOT NULL,
     content_key TEXT,
     problem TEXT,
     done_by TEXT,
     taken_at BIGINT,
     ended_at BIGINT,
     PRIMARY KEY (batch_id, line)
   ) WITHOUT ROWID`,
  'CREATE INDEX batch_items_by_status ON batch_items (batch_id, status, line)',
  'CREATE UNIQUE INDEX batch_items_by_key ON batch_items (batch_id, item_key) WHERE item_key IS NOT NULL',
]

/** What was added since: the version of the batch that its totals were last controlled by, and figures of its jobs and lines. */
export const itemAdditions: readonly string[] = [
  'ALTER TABLE batch_totals ADD COLUMN control_version BIGINT NOT NULL DEFAULT 0',
  'ALTER TABLE batch_totals ADD COLUMN cached_input_tokens BIGINT NOT NULL DEFAULT 0',
  'ALTER TABLE batch_totals ADD COLUMN cache_write_tokens BIGINT NOT NULL DEFAULT 0',
  'ALTER TABLE batch_totals ADD COLUMN cost_nanos BIGINT NOT NULL DEFAULT 0',
  'ALTER TABLE batch_totals ADD COLUMN unpriced_calls BIGINT NOT NULL DEFAULT 0',
  // Of jobs that ended before, no cost is known. At least one call each.
  'UPDATE batch_totals SET unpriced_calls = completed + failed WHERE input_tokens + output_tokens > 0',
  'ALTER TABLE batch_totals ADD COLUMN early_stops BIGINT NOT NULL DEFAULT 0',
  'ALTER TABLE batch_items ADD COLUMN stop_reason TEXT',
  'ALTER TABLE batch_totals ADD COLUMN refused_lines BIGINT NOT NULL DEFAULT 0',
  `UPDATE batch_totals SET refused_lines = (
     SELECT COUNT(*) FROM batch_items AS item
     WHERE item.batch_id = batch_totals.batch_id AND item.status = 'failed' AND item.input IS NULL
   ) WHERE failed > 0`,
]

const USE_COLUMNS: Readonly<Record<keyof ItemUse, string>> = {
  inputTokens: 'input_tokens',
  cachedInputTokens: 'cached_input_tokens',
  cacheWriteTokens: 'cache_write_tokens',
  outputTokens: 'output_tokens',
  costNanos: 'cost_nanos',
  unpricedCalls: 'unpriced_calls',
}
const USES = Object.entries(USE_COLUMNS) as readonly (readonly [keyof ItemUse, string])[]

/** For a database that batches share: their lists, and what their items contain. */
export const batchSchema: SqlSchema = {
  name: 'batches',
  statements: [
    ...itemTables,
    'CREATE INDEX batch_totals_by_time ON batch_totals (tenant_id, created_at, batch_id)',
    `CREATE INDEX batch_items_by_content ON batch_items (tenant_id, content_key)
       WHERE content_key IS NOT NULL AND status = 'completed'`,
    ...itemAdditions,
  ],
}

const COLUMNS = [
  'batch_id',
  'line',
  'tenant_id',
  'status',
  'item_key',
  'input',
  'metadata',
  'content_key',
  'problem',
  'done_by',
  'ended_at',
] as const

/** What reads name in place of `*`: what servers have planned must outlast new columns. */
export const ITEM_COLUMNS = [...COLUMNS, 'round', 'taken_at', 'stop_reason'].join(', ')

/**
 * Items of one status. Without statistics, SQLite prefers the primary key for its order. Then it reads every line before
 * the first that fits: 959 ms in place of 1 ms in a batch of 150 000.
 */
export const ITEMS_BY_STATUS = 'batch_items INDEXED BY batch_items_by_status'

const TOTALS = ['next', 'closed', 'window_size', 'last_item_at', 'early_stops', 'refused_lines']
export const TOTALS_COLUMNS = [...TOTALS, ...ITEM_STATUSES, ...Object.values(USE_COLUMNS)].join(', ')

/** @param mostParams of one statement, which engines limit. */
export function insertItems(lines: Append, mostParams: number): readonly Statement[] {
  const perStatement = Math.max(1, Math.floor(mostParams / COLUMNS.length))
  const row = `(${COLUMNS.map(() => '?').join(', ')})`
  const statements: Statement[] = []
  for (let first = 0; first < lines.items.length; first += perStatement) {
    const rows = lines.items
      .slice(first, first + perStatement)
      .map((item, index) => valuesOf(item, { ...lines, line: lines.from + first + index + 1 }))
    const sql = `INSERT INTO batch_items (${COLUMNS.join(', ')}) VALUES ${rows.map(() => row).join(', ')}`
    statements.push({ sql, params: rows.flat() })
  }
  return statements
}

function valuesOf(item: NewItem, { batchId, tenantId, line, at }: Append & { readonly line: number }): SqlValue[] {
  const { status, key, input, metadata, contentKey, problem, doneBy } = item
  return [
    batchId,
    line,
    tenantId,
    status,
    key,
    status === 'failed' ? null : JSON.stringify(input),
    JSON.stringify(metadata),
    contentKey,
    problem && JSON.stringify(problem),
    doneBy,
    status === 'pending' ? null : at,
  ]
}

export function itemIn(row: SqlRow): BatchItem {
  return {
    line: numberAt(row, 'line'),
    round: numberAt(row, 'round'),
    status: textAt(row, 'status') as ItemStatus,
    stopReason: textOrNull(row, 'stop_reason') as BatchItem['stopReason'],
    key: textOrNull(row, 'item_key'),
    input: jsonOrNull(row, 'input') as JsonValue,
    metadata: JSON.parse(textAt(row, 'metadata')) as Readonly<Record<string, string>>,
    contentKey: textOrNull(row, 'content_key'),
    problem: jsonOrNull(row, 'problem') as ItemProblem | null,
    doneBy: textOrNull(row, 'done_by'),
    takenAt: numberOrNull(row, 'taken_at'),
    endedAt: numberOrNull(row, 'ended_at'),
  }
}

export function totalsIn(row: SqlRow): BatchTotals {
  return {
    next: numberAt(row, 'next'),
    isClosed: numberAt(row, 'closed') === 1,
    window: numberAt(row, 'window_size'),
    counts: Object.fromEntries(ITEM_STATUSES.map((status) => [status, numberAt(row, status)])) as ItemCounts,
    refusedLines: numberAt(row, 'refused_lines'),
    earlyStops: numberAt(row, 'early_stops'),
    ...(Object.fromEntries(USES.map(([use, column]) => [use, numberAt(row, column)])) as unknown as ItemUse),
    lastItemAt: numberAt(row, 'last_item_at'),
  }
}

/** How the totals change with these ends of running items, by column. */
export function changesBy(ends: readonly ItemEnd[]): Readonly<Record<string, number>> {
  const changes: Record<string, number> = { running: -ends.length }
  const add = (column: string, by: number): void => {
    changes[column] = (changes[column] ?? 0) + by
  }
  for (const end of ends) {
    add(end.status, 1)
    if ((end.stopReason ?? 'finished') !== 'finished') add('early_stops', 1)
    // An object of an earlier release may report an end without a cost.
    for (const [use, column] of USES) add(column, { ...NO_USE, ...end }[use])
  }
  return changes
}

/** A condition on the row of the totals. */
export interface TotalsGuard {
  readonly where: string
  readonly params: readonly SqlValue[]
}

/** No more run than the window has room for. What an older version of the batch cancels is pending for a newer one. */
export function guardOf(to: ItemStatus, count: number): TotalsGuard | undefined {
  if (to === 'running') return { where: 'running + ? <= window_size', params: [count] }
  return to === 'canceled' ? { where: 'window_size = 0', params: [] } : undefined
}

/** Changes of the totals; a guard beside them is a condition on the row. */
export function updateTotals(
  batchId: string,
  changes: Readonly<Record<string, number>>,
  guard: TotalsGuard = { where: '', params: [] },
): Statement {
  const changed = Object.entries(changes).filter(([, by]) => by !== 0)
  const sets = changed.map(([column]) => `${column} = ${column} + ?`)
  const where = guard.where === '' ? '' : ` AND ${guard.where}`
  return {
    // Written even where no number changes: the row is the lock of the batch's items.
    sql: `UPDATE batch_totals SET ${['batch_id = batch_id', ...sets].join(', ')} WHERE batch_id = ?${where}`,
    params: [...changed.map(([, by]) => by), batchId, ...guard.params],
    changes: 1,
  }
}

function textOrNull(row: SqlRow, column: string): string | null {
  const value = row[column]
  return typeof value === 'string' ? value : null
}

function numberOrNull(row: SqlRow, column: string): number | null {
  const value = row[column]
  return typeof value === 'number' ? value : null
}

function jsonOrNull(row: SqlRow, column: string): unknown {
  const text = textOrNull(row, column)
  return text === null ? null : JSON.parse(text)
}
