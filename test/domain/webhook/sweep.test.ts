import { expect, test } from 'vitest'
import {
  OVERLAP_MS,
  afterFailure,
  afterPage,
  firstSweep,
  isSweepDue,
  progressOf,
  whileNotDeclared,
} from '#domain/webhook/sweep.ts'
import { T0 } from '#test/support/fixtures.ts'

const EVERY_MS = 900_000
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const FIRST = firstSweep({ tenantId: 'acme', source: 'shop' }, T0, EVERY_MS)

test('after the clock was set back, a look begins before the time that it shows now', () => {
  const swept = { ...FIRST, sweptUntil: T0 + 5 * HOUR_MS }
  expect(progressOf(swept, T0 + HOUR_MS).sinceAt).toBe(T0 + HOUR_MS - OVERLAP_MS)
})

test('a look is due when its time has come, when the clock was set back, and when the interval has become shorter', () => {
  expect(isSweepDue(FIRST, FIRST.dueAt, EVERY_MS)).toBe(true)
  expect(isSweepDue(FIRST, FIRST.dueAt - 1, EVERY_MS)).toBe(false)
  expect(isSweepDue(FIRST, T0, EVERY_MS)).toBe(false)
  expect(isSweepDue(FIRST, T0 - 1, EVERY_MS)).toBe(true)
  expect(isSweepDue(FIRST, T0, EVERY_MS - 1)).toBe(true)
})

test('what is not declared any more is looked at each hour, and for the last time when its seven days are over', () => {
  const endsAt = T0 + 7 * DAY_MS
  expect(whileNotDeclared(FIRST, endsAt - HOUR_MS - 1)?.dueAt).toBe(endsAt - 1)
  expect(whileNotDeclared(FIRST, endsAt - HOUR_MS / 2)?.dueAt).toBe(endsAt)
})

test('what comes while a look goes on is looked for by the next one', () => {
  const progress = progressOf(FIRST, T0 + EVERY_MS)
  const page = { found: 0, now: T0 + HOUR_MS, everyMs: EVERY_MS }
  const seen = afterPage(FIRST, progress, { ...page, next: 'second' })
  const swept = afterPage(seen, progressOf(seen, T0 + HOUR_MS), { ...page, next: null })
  expect(swept).toMatchObject({ sweptUntil: T0 + EVERY_MS, dueAt: T0 + 2 * EVERY_MS })
})

test.each([
  { everyMs: EVERY_MS, longestMs: EVERY_MS },
  { everyMs: DAY_MS, longestMs: HOUR_MS },
])(
  'failures in a row wait for $longestMs ms at most, where a look is due each $everyMs ms',
  ({ everyMs, longestMs }) => {
    let sweep = FIRST
    for (let tries = 0; tries < 20; tries++) sweep = afterFailure(sweep, { reason: 'away', now: T0, everyMs })
    expect(sweep.dueAt).toBe(T0 + longestMs)
  },
)
