import type * as z from 'zod'
import type { BatchState } from '#application/batch/batches.ts'
import type { ItemPage, ItemResult, ShownItem } from '#application/batch/read-items.ts'
import type { Uploaded } from '#application/batch/upload-items.ts'
import { type Batch, type BatchDelivery, statusOf } from '#domain/batch/batch.ts'
import { type BatchItem, type BatchTotals, type ItemProblem, NO_USE } from '#domain/batch/item.ts'
import { paceOf } from '#domain/batch/progress.ts'
import type { BatchItemPage, BatchItemView, BatchResult, BatchView, UploadView } from './batches.ts'
import { rfc3339 } from './common.ts'
import { moneyView } from './money.ts'

export interface Shown {
  /** Epoch ms. */
  readonly now: number
  readonly mayRead: boolean
}

export function batchView({ batch, totals }: BatchState, { now, mayRead }: Shown): z.infer<typeof BatchView> {
  const { id, agent, maxConcurrency, stopOnFailures, skipUnchanged, writes } = batch
  const pace = paceOf(batch, totals, now)
  const self = `/batches/${id}`
  return {
    id,
    status: statusOf(batch),
    agent,
    maxConcurrency,
    stopOnFailures,
    skipUnchanged,
    ...(writes && { writes }),
    ...(mayRead && contentsView(batch)),
    ...totalsView(totals),
    itemsPerSecond: pace && Math.round(pace.itemsPerSecond * 100) / 100,
    estimatedFinishAt: pace && rfc3339(pace.finishAt),
    idleSince: totals.isClosed ? null : rfc3339(totals.lastItemAt),
    ...timesView(batch),
    links: { self, items: `${self}/items`, results: `${self}/results`, events: `${self}/events` },
  }
}

function contentsView({ name, itemKey, tags, metadata, callbackUrl, createdBy }: Batch) {
  const callback = callbackUrl === null ? null : { url: callbackUrl }
  return { name, itemKey, tags: [...tags], metadata, callback, createdBy }
}

/** What totals lack that were stored before it was kept. */
const NOT_KEPT = { ...NO_USE, earlyStops: 0, refusedLines: 0 }

function totalsView({ next, counts, ...totals }: BatchTotals) {
  // An earlier release may have stored totals that are yet to be sent.
  const { costNanos, unpricedCalls, earlyStops, refusedLines, ...use } = { ...NOT_KEPT, ...totals }
  const { inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens } = use
  const usage = { inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens }
  const kept = { next, counts: { ...counts }, refusedLines, earlyStops }
  return { ...kept, usage, ...moneyView({ nanos: costNanos, unpricedCalls }) }
}

function timesView({ createdAt, updatedAt, closed, finishedAt, retainMs }: Batch) {
  return {
    createdAt: rfc3339(createdAt),
    updatedAt: rfc3339(updatedAt),
    closedAt: closed && rfc3339(closed.at),
    finishedAt: finishedAt === null ? null : rfc3339(finishedAt),
    expiresAt: finishedAt === null ? null : rfc3339(finishedAt + retainMs),
  }
}

export function uploadView({ accepted, next, invalid, invalidCount }: Uploaded): z.infer<typeof UploadView> {
  const lines = invalid.map(({ line, code, message }) => ({ line, code, detail: message }))
  return { accepted, next, invalid: lines, invalidCount }
}

export function itemPageView({ items, next }: ItemPage): z.infer<typeof BatchItemPage> {
  return { items: items.map(itemView), ...(next !== null && { next_page_token: String(next) }) }
}

function itemView({ item, jobId }: ShownItem): z.infer<typeof BatchItemView> {
  const { line, status, input, metadata, problem, stopReason, endedAt } = item
  return {
    line,
    key: keyOf(item),
    status,
    jobId,
    ...(!(status === 'failed' && jobId === null) && { input }),
    metadata,
    error: problem && errorView(problem),
    stopReason: stopReason ?? null,
    endedAt: endedAt === null ? null : rfc3339(endedAt),
  }
}

export function resultView({ item, jobId, outcome }: ItemResult): z.infer<typeof BatchResult> {
  const { line, status, problem } = item
  return {
    line,
    key: keyOf(item),
    status,
    jobId,
    ...(outcome?.output !== undefined && { output: outcome.output }),
    ...(outcome?.stopReason && { stopReason: outcome.stopReason }),
    ...(problem && { error: errorView(problem) }),
    ...(outcome && { usage: outcome.usage, ...moneyView(outcome.cost) }),
  }
}

/** Also the key that a refused line gives. */
function keyOf({ key, problem }: BatchItem): string | null {
  return key ?? problem?.key ?? null
}

function errorView({ code, message }: ItemProblem) {
  return { code, message }
}

/** A change that a receiver could take amiss adds one. */
const CALLBACK_FORMAT = 1

/** The body of a callback about a batch. The same in every attempt. */
export function batchCallbackBody({ id, name, agent }: Batch, { event, occurredAt, totals }: BatchDelivery): string {
  return JSON.stringify({
    type: event,
    timestamp: rfc3339(occurredAt),
    format: CALLBACK_FORMAT,
    data: { batchId: id, name, agent, ...totalsView(totals), links: { self: `/batches/${id}` } },
  })
}
