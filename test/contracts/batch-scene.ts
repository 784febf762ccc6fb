import { strictEqual } from 'node:assert/strict'
import { type BatchTotals, type ItemCounts, type ItemEnd, NO_USE, type NewItem } from '#domain/batch/item.ts'
import type { BatchItems } from '#ports/batch-items.ts'

export const BATCH = { id: 'bat_1', tenantId: 'acme', at: 1000 }
export const NONE: ItemCounts = { pending: 0, running: 0, completed: 0, failed: 0, canceled: 0, skipped: 0 }
export const OPENED: BatchTotals = {
  next: 0,
  isClosed: false,
  window: 0,
  counts: NONE,
  refusedLines: 0,
  earlyStops: 0,
  ...NO_USE,
  lastItemAt: 1000,
}

export function item(fields: Partial<NewItem> = {}): NewItem {
  const nothing = { key: null, contentKey: null, problem: null, doneBy: null }
  return { status: 'pending', input: { sku: 'a' }, metadata: {}, ...nothing, ...fields }
}

export const BAD = item({
  status: 'failed',
  input: null,
  problem: { code: 'malformed_json', message: 'It is empty.', key: 'bad' },
})

export function items(count: number): NewItem[] {
  return Array.from({ length: count }, (_, index) => item({ input: index }))
}

export function ended(line: number, fields: Partial<ItemEnd> = {}): ItemEnd {
  const tokens = { inputTokens: 10, cachedInputTokens: 6, cacheWriteTokens: 2, outputTokens: 3 }
  const used = { ...tokens, costNanos: 46_000, unpricedCalls: 1 }
  return { line, round: 0, status: 'completed', stopReason: null, problem: null, at: 5000, ...used, ...fields }
}

export async function filled(store: BatchItems, lines: readonly NewItem[], window = 3): Promise<void> {
  await store.open(BATCH)
  await store.control(BATCH.id, { isClosed: false, window, version: 1 })
  strictEqual(await append(store, 0, lines), true)
}

export function append(store: BatchItems, from: number, lines: readonly NewItem[]): Promise<boolean> {
  return store.append({ batchId: BATCH.id, tenantId: BATCH.tenantId, from, items: lines, at: 2000 })
}

export function take(store: BatchItems, most = 100) {
  return store.take({ batchId: BATCH.id, most, at: 3000 })
}

export async function counts(store: BatchItems): Promise<Partial<ItemCounts>> {
  const totals = await store.totals(BATCH.id)
  return Object.fromEntries(Object.entries(totals?.counts ?? {}).filter(([, count]) => count !== 0))
}

export async function lines(
  store: BatchItems,
  status?: 'pending' | 'running' | 'failed' | 'canceled',
): Promise<number[]> {
  const found = await store.list({ batchId: BATCH.id, after: 0, size: 1000, ...(status && { status }) })
  return found.map(({ line }) => line)
}
