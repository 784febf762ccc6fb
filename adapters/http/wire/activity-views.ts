import type * as z from 'zod'
import type { ActivityReport, AskedActivity } from '#application/job/read-activity.ts'
import type { EarlyStop } from '#domain/agent/next-step.ts'
import { type Cost, NO_COST, addCosts } from '#domain/money/cost.ts'
import type { ActivityEnd, JobUsage } from '#ports/job-index.ts'
import { type ActivityQuery, HOURS, type JobActivity } from './activity.ts'
import { rfc3339 } from './common.ts'
import { moneyView } from './money.ts'

export function askedActivity({
  hours = HOURS,
  days,
  agent,
  tag,
  batch,
}: z.infer<typeof ActivityQuery>): AskedActivity {
  const filter = {
    ...(agent !== undefined && { agent }),
    ...(tag !== undefined && { tag }),
    ...(batch !== undefined && { batch }),
  }
  return { within: days === undefined ? { hours } : { days }, filter }
}

export function activityView(report: ActivityReport): z.infer<typeof JobActivity> {
  const { from, to, isWhole, parts, start, partMs, ends: all } = report
  // An end on a clock that was ahead is one of the last part; on one that was behind, of the first.
  const byPart = Map.groupBy(all, ({ part }) => Math.max(0, Math.min(part, parts - 1)))
  const byAgent = Map.groupBy(all, ({ agent }) => agent)
  const byCode = Map.groupBy(
    all.filter(({ status }) => status === 'failed'),
    ({ errorCode: code }) => code,
  )
  const byStop = Map.groupBy(all.filter(isEarly), ({ earlyStop }) => earlyStop)
  return {
    from: rfc3339(from),
    to: rfc3339(to),
    isWhole,
    parts: Array.from({ length: parts }, (_, part) => ({
      from: rfc3339(start + part * partMs),
      ...sumsOf(byPart.get(part) ?? []),
    })),
    agents: [...byAgent]
      .toSorted(([, some], [, others]) => costOf(others).nanos - costOf(some).nanos || jobsIn(others) - jobsIn(some))
      .map(([agent, some]) => ({ agent, ...sumsOf(some) })),
    ...moneyView(costOf(all)),
    failures: [...byCode].map(([code, some]) => ({ code, jobs: jobsIn(some) })).toSorted((a, b) => b.jobs - a.jobs),
    earlyStops: [...byStop]
      .map(([reason, some]) => ({ reason, jobs: jobsIn(some) }))
      .toSorted((a, b) => b.jobs - a.jobs),
  }
}

function isEarly(end: ActivityEnd): end is ActivityEnd & { readonly earlyStop: EarlyStop } {
  return end.earlyStop !== null
}

function sumsOf(some: readonly ActivityEnd[]) {
  const ended = (wanted: ActivityEnd['status']) => jobsIn(some.filter(({ status }) => status === wanted))
  const counts = { completed: ended('completed'), failed: ended('failed'), canceled: ended('canceled') }
  return { ...counts, usage: usageOf(some), ...moneyView(costOf(some)) }
}

function jobsIn(some: readonly ActivityEnd[]): number {
  return some.reduce((sum, { jobs }) => sum + jobs, 0)
}

function costOf(some: readonly ActivityEnd[]): Cost {
  return some.reduce((sum, { cost }) => addCosts(sum, cost), NO_COST)
}

function usageOf(some: readonly ActivityEnd[]): JobUsage {
  const sum = (name: keyof JobUsage): number => some.reduce((total, { usage }) => total + usage[name], 0)
  return {
    inputTokens: sum('inputTokens'),
    cachedInputTokens: sum('cachedInputTokens'),
    outputTokens: sum('outputTokens'),
  }
}
