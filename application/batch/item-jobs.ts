import type { Batch } from '#domain/batch/batch.ts'
import { addUsage } from '#domain/agent/usage.ts'
import type { BatchItem, ItemEnd, ItemKey, ItemUse } from '#domain/batch/item.ts'
import { type FinishedJob, type JobRecord, type Receipt, isFinished } from '#domain/job/job.ts'
import { totalOf } from '#domain/money/cost.ts'
import type { DerivedIds } from '../job/derived-ids.ts'
import type { SubmitJobCommand } from '../job/submit-job.ts'

/** No request has such a key, because a header holds no line break. So a caller can never mean the job of an item. */
function keyOf(batchId: string, { line, round }: ItemKey): string {
  return [batchId, String(line), String(round)].join('\n')
}

/** The submission of an item. The same item is always the same job. */
export function submissionOf(batch: Batch, item: BatchItem): SubmitJobCommand & { readonly idempotencyKey: string } {
  const { id, tenantId, agent, createdBy, tags, metadata, retainMs, writes } = batch
  const { line, round } = item
  return {
    tenantId,
    by: { kind: 'batch', id, for: createdBy },
    agent,
    input: item.input,
    options: {
      tags,
      metadata: { ...metadata, ...item.metadata },
      batch: id,
      item: { batchId: id, line, round },
      retainMs,
      ...(writes && { writes }),
    },
    idempotencyKey: keyOf(id, item),
  }
}

export interface ItemOf {
  readonly tenantId: string
  readonly batchId: string
  readonly item: ItemKey
}

/** The id of an item's job, whether or not it is submitted yet. */
export function jobIdOf(derivedIds: Pick<DerivedIds, 'make'>, { tenantId, batchId, item }: ItemOf): Promise<string> {
  return derivedIds.make('job', tenantId, keyOf(batchId, item))
}

/** What the end of a job says of its item. */
export function endOf(job: FinishedJob, { line, round }: ItemKey): ItemEnd {
  return {
    line,
    round,
    status: job.status,
    stopReason: job.status === 'completed' ? job.report.stopReason : null,
    problem: job.status === 'failed' ? job.error : null,
    at: job.finishedAt,
    ...useOf(job.receipt),
  }
}

function useOf({ usage: { answered, failed }, cost }: Receipt): ItemUse {
  const { inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens } = addUsage(answered, failed)
  const { nanos, unpricedCalls } = totalOf(cost)
  return { inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens, costNanos: nanos, unpricedCalls }
}

/** A job that has ended and does the work of an item. */
export function isEndedItem(
  job: JobRecord,
): job is FinishedJob & { readonly options: { readonly item: NonNullable<JobRecord['options']['item']> } } {
  return job.options.item !== undefined && isFinished(job)
}
