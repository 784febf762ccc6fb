import { expect, test } from 'vitest'
import { activityText, daysSince, usageText } from '#adapters/cli/jobs/usage.ts'
import { comingTime, day, pastTime } from '#adapters/cli/time-words.ts'
import { activityView } from '#adapters/http/wire/activity-views.ts'
import { usageView } from '#adapters/http/wire/usage-views.ts'
import type { ActivityEnd } from '#ports/job-index.ts'
import { NO_SUMS } from '#ports/usage-ledger.ts'

const DAY_MS = 86_400_000
const start = Date.parse('2026-11-28T00:00:00Z')

const ended = (agent: string, part: number, end: Partial<ActivityEnd> = {}): ActivityEnd => ({
  agent,
  part,
  status: 'completed',
  errorCode: null,
  earlyStop: null,
  jobs: 1200,
  usage: { inputTokens: 90_000, cachedInputTokens: 60_000, outputTokens: 800 },
  cost: { nanos: 1_250_000_000, unpricedCalls: 0 },
  ...end,
})

const text = (...ends: readonly ActivityEnd[]): string =>
  activityText(
    activityView({
      from: start,
      start,
      to: start + 1.5 * DAY_MS,
      partMs: DAY_MS,
      parts: 2,
      isWhole: true,
      read: 9,
      ends,
    }),
  )

test('shows days and agents, with what cannot be priced', () => {
  const failed = { status: 'failed', jobs: 1, cost: { nanos: 0, unpricedCalls: 3 } } as const
  expect(text(ended('planner', 1, failed), ended('writer', 1), ended('writer', 1, { ...failed, jobs: 2 }))).toBe(
    `DAY (UTC)   ENDED  FAILED  TOKENS IN  CACHED   OUT    COST
2026-11-28  0      0       0          0        0      $0.00
2026-11-29  1,203  3       270,000    180,000  2,400  at least $1.25

AGENT    ENDED  FAILED  TOKENS IN  CACHED   OUT    COST
writer   1,202  2       180,000    120,000  1,600  at least $1.25
planner  1      1       90,000     60,000   800    unknown

Cost of jobs submitted from 2026-11-28 to 2026-11-29, in all: at least $1.25
`,
  )
  expect(text()).toContain('\nNo job that was submitted from 2026-11-28 to 2026-11-29 (UTC) has ended.\n')
})

test('shows what the ledger has, with calls and models', () => {
  const sums = { ...NO_SUMS, completed: 1200, failed: 2, modelCalls: 3210, inputTokens: 90_000, outputTokens: 800 }
  const known = { ...sums, nanos: 1_250_000_000, runs: 12, runNanos: 40_000_000 }
  const of = { from: start / DAY_MS, to: start / DAY_MS + 29, at: start }
  const report = {
    days: [{ day: of.from, ...known, completed: 1201, uncounted: 1, unpricedCalls: 1 }],
    agents: [{ agent: 'writer', ...known, completed: 1201, uncounted: 1, unpricedCalls: 1 }],
    models: [
      { model: '', ...NO_SUMS, completed: 1, uncounted: 1, unpricedCalls: 1 },
      { model: 'scripted/demo', ...known },
    ],
  }
  expect(usageText(usageView(report, of))).toBe(
    `DAY (UTC)   ENDED  FAILED  RUNS  CALLS  TOKENS IN  CACHED  OUT  COST
2026-11-28  1,203  2       12    3,210  90,000     0       800  at least $1.25

AGENT   ENDED  FAILED  RUNS  CALLS  TOKENS IN  CACHED  OUT  COST
writer  1,203  2       12    3,210  90,000     0       800  at least $1.25

MODEL          ENDED  FAILED  RUNS  CALLS  TOKENS IN  CACHED  OUT  COST
scripted/demo  1,202  2       12    3,210  90,000     0       800  $1.25
-              1      0       0     0      0          0       0    unknown

Cost from 2026-11-28 to 2026-12-27, in all: at least $1.25, of which 12 runs without a job: $0.04
Calls of 1 job of an earlier release are not counted.
`,
  )
  const none = usageView({ days: [], agents: [], models: [] }, of)
  expect(usageText(none)).toBe('No job or run ended from 2026-11-28 to 2026-12-27 (UTC).\n')
})

test('counts the days since one, and refuses what is none or too far away', () => {
  const now = new Date('2026-11-29T23:59:00Z')
  expect(['2026-11-29', '2026-11-23', '2026-10-30'].map((since) => daysSince(day(since), now))).toEqual([1, 7, 31])
  expect(() => daysSince(day('2026-11-30'), now)).toThrow(
    'With --tag or --batch, --since must be today or up to 30 days ago, by UTC.',
  )
  expect(() => daysSince(day('2026-10-29'), now)).toThrow('--since must be')
  for (const wrong of ['2026-02-30', '2026-11', 'tomorrow', 'd']) expect(() => day(wrong)).toThrow('It must be a day')
})

test('a day may be said as today, yesterday, or a number of days ago', () => {
  const now = new Date('2026-03-01T00:30:00Z')
  const days = ['today', 'yesterday', '0d', '7d'].map((text) => day(text, now).toISOString().slice(0, 10))
  expect(days).toEqual(['2026-03-01', '2026-02-28', '2026-03-01', '2026-02-22'])
})

test('a time may be said in the same words, or as so long ago, or in so long', () => {
  const now = new Date('2026-03-01T00:30:00Z')
  const given = '2026-03-02T08:00:00+01:00'
  const past = ['today', 'yesterday', '2026-02-28', '7d', '2h', given].map((text) => pastTime(text, now))
  const days = ['2026-03-01', '2026-02-28', '2026-02-28'].map((date) => `${date}T00:00:00.000Z`)
  expect(past).toEqual([...days, '2026-02-22T00:30:00.000Z', '2026-02-28T22:30:00.000Z', given])
  const coming = ['tomorrow', '2026-03-05', '7d', '90m', given].map((text) => comingTime(text, now))
  const starts = ['2026-03-02', '2026-03-05'].map((date) => `${date}T00:00:00.000Z`)
  expect(coming).toEqual([...starts, '2026-03-08T00:30:00.000Z', '2026-03-01T02:00:00.000Z', given])
  for (const wrong of ['tomorrow', '2026-03-02T08:00', '2026-02-30', 'd'])
    expect(() => pastTime(wrong, now)).toThrow('such as 2026-11-23T08:00:00Z')
  for (const wrong of ['yesterday', 'next week']) expect(() => comingTime(wrong, now)).toThrow('"tomorrow"')
})
