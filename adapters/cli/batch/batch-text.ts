import type { Batch } from '../../client/types.ts'
import { costText } from '#domain/money/dollars.ts'
import { amount, counted } from '../counted.ts'
import { table } from '../text-table.ts'

const BAR_WIDTH = 24

/** How far an upload has come, in one line. @param share of 1. */
export function uploadLine(lines: number, share: number): string {
  return `uploading  ${bar(share)}  ${counted(lines, 'line')}`
}

/** How far a batch has come, in one line. @param now epoch ms. */
export function progressLine(batch: Batch, now: number): string {
  const { next, counts, usage, itemsPerSecond, estimatedFinishAt } = batch
  const unfinished = counts.pending + counts.running
  const parts = [
    batch.status.padEnd(9),
    bar(next === 0 ? 0 : (next - unfinished) / next),
    countsText(batch),
    itemsPerSecond === null ? '' : `${String(itemsPerSecond)}/s`,
    usage.inputTokens + usage.outputTokens === 0 ? '' : costText(batch),
    estimatedFinishAt === null ? '' : `${duration(Date.parse(estimatedFinishAt) - now)} left`,
  ]
  return parts.filter((part) => part !== '').join('  ')
}

/** Everything that a person wants to know of a batch, a line each. */
export function describeBatch(batch: Batch, now: number): string {
  const { id, name, agent, status, usage, itemsPerSecond, estimatedFinishAt, maxConcurrency, idleSince } = batch
  const facts: Readonly<Record<string, string | null | undefined>> = {
    batch: id,
    name,
    agent,
    status,
    items: `${counted(batch.next, 'line')}: ${countsText(batch) || 'none yet'}`,
    refused:
      batch.refusedLines > 0 ? `${amount(batch.refusedLines)} of the failed: no retry changes their lines` : null,
    'cut off': batch.earlyStops > 0 ? `${amount(batch.earlyStops)} of ${amount(batch.counts.completed)} answers` : null,
    tokens: tokensText(usage),
    cost: costText(batch),
    pace: itemsPerSecond === null ? null : `${String(itemsPerSecond)}/s, at most ${String(maxConcurrency)} at once`,
    left: estimatedFinishAt === null ? null : duration(Date.parse(estimatedFinishAt) - now),
    'no lines since': idleSince,
    created: batch.createdAt,
    finished: batch.finishedAt,
    deleted: batch.expiresAt && `on ${batch.expiresAt}`,
  }
  return table(Object.entries(facts).flatMap(([fact, value]) => (typeof value === 'string' ? [[fact, value]] : [])))
}

export function batchTable(batches: readonly Batch[]): string {
  const rows = batches.map((batch) => [
    batch.id,
    batch.status,
    batch.agent,
    amount(batch.next),
    countsText(batch),
    batch.name ?? '',
  ])
  return table([['ID', 'STATUS', 'AGENT', 'LINES', 'ITEMS', 'NAME'], ...rows])
}

/** Statuses without items are left out. */
function countsText({ counts }: Batch): string {
  const names = ['completed', 'failed', 'skipped', 'canceled', 'running', 'pending'] as const
  return names.flatMap((name) => (counts[name] === 0 ? [] : [`${amount(counts[name])} ${name}`])).join(', ')
}

function tokensText({ inputTokens, cachedInputTokens, outputTokens }: Batch['usage']): string {
  const cached = cachedInputTokens === 0 ? '' : ` (${amount(cachedInputTokens)} from the cache)`
  return `${amount(inputTokens)} in${cached}, ${amount(outputTokens)} out`
}

function bar(share: number): string {
  const filled = Math.floor(Math.min(1, Math.max(0, share)) * BAR_WIDTH)
  return `[${'#'.repeat(filled)}${'-'.repeat(BAR_WIDTH - filled)}] ${String(Math.floor(share * 100)).padStart(3)} %`
}

/** With its two largest units. */
function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 60) return `${String(seconds)} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return `${String(minutes)} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return `${String(hours)} h ${String(minutes % 60)} min`
  return `${String(Math.floor(hours / 24))} d ${String(hours % 24)} h`
}
