import type * as z from 'zod'
import { microsOf } from '#domain/money/cost.ts'
import { sumsOf } from '#domain/money/spending.ts'
import { DAY_MS } from '#domain/time/duration.ts'
import { NO_SUMS, type UsageQuery, type UsageReport, type UsageSums } from '#ports/usage-ledger.ts'
import { rfc3339 } from './common.ts'
import { moneyView } from './money.ts'
import type * as wire from './usage.ts'

interface Read extends Pick<UsageQuery, 'from' | 'to'> {
  readonly at: number
}

export function usageView(
  { days, agents, models }: UsageReport,
  { from, to, at }: Read,
): z.infer<typeof wire.UsageReport> {
  return {
    from: dateOf(from),
    to: dateOf(to),
    readAt: rfc3339(at),
    total: sumsView(sumsOf(NO_SUMS, days)),
    days: days.toSorted((a, b) => a.day - b.day).map(({ day, ...sums }) => ({ day: dateOf(day), ...sumsView(sums) })),
    agents: agents.toSorted(dearestFirst).map(({ agent, ...sums }) => ({ agent, ...sumsView(sums) })),
    models: models
      .toSorted(dearestFirst)
      .map(({ model, ...sums }) => ({ model: model === '' ? null : model, ...sumsView(sums) })),
  }
}

/** @param day such as 2026-11-23. */
export function dayOf(day: string): number {
  return Date.parse(day) / DAY_MS
}

function dateOf(day: number): string {
  return rfc3339(day * DAY_MS).slice(0, 10)
}

function dearestFirst(a: UsageSums, b: UsageSums): number {
  return b.nanos - a.nanos || b.modelCalls - a.modelCalls
}

function sumsView(sums: UsageSums) {
  const { completed, failed, canceled, modelCalls, failedModelCalls, wastedModelCalls, uncounted } = sums
  const { inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens, reasoningTokens } = sums
  return {
    jobs: completed + failed + canceled,
    completed,
    failed,
    canceled,
    modelCalls,
    failedModelCalls,
    wastedModelCalls,
    usage: { inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens, reasoningTokens },
    ...moneyView(sums),
    runs: { count: sums.runs, ...moneyView({ nanos: sums.runNanos, unpricedCalls: sums.runUnpricedCalls }) },
    failedCostMicros: microsOf({ nanos: sums.failedNanos, unpricedCalls: 0 }),
    uncountedJobs: uncounted,
  }
}
