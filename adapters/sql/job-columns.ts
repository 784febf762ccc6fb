import type { JobStatus } from '#domain/job/job.ts'
import type { WakeKind } from '#domain/job/wake.ts'
import type { JobEntry } from '#ports/job-index.ts'
import { type SqlRow, type SqlValue, numberAt, textAt } from './database.ts'

/** A column of `jobs`, with what an entry puts there. */
export interface JobColumn {
  readonly name: string
  readonly type: 'text' | 'bigint' | 'integer'
  readonly value: (entry: JobEntry) => SqlValue
}

/** What an event may change. To add one: its migration in `jobs-table.ts`, a line here, and one in `entryIn`. */
export const MOVING: readonly JobColumn[] = [
  { name: 'status', type: 'text', value: ({ status }) => status },
  { name: 'updated_at', type: 'bigint', value: ({ updatedAt }) => updatedAt },
  { name: 'finished_at', type: 'bigint', value: ({ finishedAt }) => finishedAt },
  { name: 'wake_at', type: 'bigint', value: ({ wake }) => wake.at },
  { name: 'wake_kind', type: 'text', value: ({ wake }) => wake.kind },
  { name: 'version', type: 'bigint', value: ({ version }) => version },
  { name: 'has_unknown_calls', type: 'integer', value: ({ hasUnknownCalls }) => Number(hasUnknownCalls) },
  { name: 'needs_approval', type: 'integer', value: ({ needsApproval }) => Number(needsApproval) },
  { name: 'has_failed_callback', type: 'integer', value: ({ hasFailedCallback }) => Number(hasFailedCallback) },
  { name: 'error_code', type: 'text', value: ({ errorCode }) => errorCode },
  { name: 'stop_reason', type: 'text', value: ({ stopReason }) => stopReason },
  { name: 'input_tokens', type: 'bigint', value: ({ usage }) => usage?.inputTokens ?? null },
  { name: 'cached_input_tokens', type: 'bigint', value: ({ usage }) => usage?.cachedInputTokens ?? null },
  { name: 'output_tokens', type: 'bigint', value: ({ usage }) => usage?.outputTokens ?? null },
  { name: 'search_text', type: 'text', value: ({ searchText }) => searchText },
  { name: 'cost_nanos', type: 'bigint', value: ({ cost }) => cost?.nanos ?? null },
  { name: 'unpriced_calls', type: 'bigint', value: ({ cost }) => cost?.unpricedCalls ?? null },
]

/** What stays as it was submitted, beside `id` and `created_at`. */
export const STAYING: readonly JobColumn[] = [
  { name: 'tenant_id', type: 'text', value: ({ tenantId }) => tenantId },
  { name: 'agent', type: 'text', value: ({ agent }) => agent },
  { name: 'batch', type: 'text', value: ({ batch }) => batch },
  { name: 'tags', type: 'text', value: ({ tags }) => JSON.stringify(tags) },
  { name: 'metadata', type: 'text', value: ({ metadata }) => JSON.stringify(metadata) },
  { name: 'input_preview', type: 'text', value: ({ inputPreview }) => inputPreview },
]

export function entryIn(row: SqlRow): JobEntry {
  return {
    id: textAt(row, 'id'),
    tenantId: textAt(row, 'tenant_id'),
    status: textAt(row, 'status') as JobStatus,
    agent: textAt(row, 'agent'),
    tags: JSON.parse(textAt(row, 'tags')) as readonly string[],
    metadata: JSON.parse(textAt(row, 'metadata')) as Readonly<Record<string, string>>,
    batch: textOrNull(row['batch']),
    createdAt: numberAt(row, 'created_at'),
    updatedAt: numberAt(row, 'updated_at'),
    finishedAt: numberOrNull(row['finished_at']),
    errorCode: textOrNull(row['error_code']) as JobEntry['errorCode'],
    stopReason: textOrNull(row['stop_reason']) as JobEntry['stopReason'],
    usage: usageIn(row),
    inputPreview: textOrNull(row['input_preview']),
    searchText: textOrNull(row['search_text']),
    cost: costIn(row),
    hasUnknownCalls: numberAt(row, 'has_unknown_calls') === 1,
    needsApproval: numberAt(row, 'needs_approval') === 1,
    hasFailedCallback: numberAt(row, 'has_failed_callback') === 1,
    wake: { at: numberAt(row, 'wake_at'), kind: textAt(row, 'wake_kind') as WakeKind },
    version: numberAt(row, 'version'),
  }
}

function usageIn(row: SqlRow): JobEntry['usage'] {
  if (numberOrNull(row['input_tokens']) === null) return null
  return {
    inputTokens: numberAt(row, 'input_tokens'),
    cachedInputTokens: numberAt(row, 'cached_input_tokens'),
    outputTokens: numberAt(row, 'output_tokens'),
  }
}

function costIn(row: SqlRow): JobEntry['cost'] {
  const nanos = numberOrNull(row['cost_nanos'])
  return nanos === null ? null : { nanos, unpricedCalls: numberAt(row, 'unpriced_calls') }
}

function textOrNull(value: SqlValue | undefined): string | null {
  return typeof value === 'string' ? value : null
}

function numberOrNull(value: SqlValue | undefined): number | null {
  return typeof value === 'number' ? value : null
}
