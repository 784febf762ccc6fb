import { CronExpressionParser } from 'cron-parser'
import { expect, test } from 'vitest'
import { CronerCalendar } from '#adapters/web/calendar.ts'

const calendar = new CronerCalendar()
const HOUR = 3_600_000
const DAY = 24 * HOUR
const WEEK = 7 * DAY
const BEGIN = Date.parse('2025-01-01T00:00:00Z')
const END = Date.parse('2035-01-01T00:00:00Z')

// Not Lord Howe Island: of a change by half an hour they find no later time. `time.test.ts` has its edges.
const ZONES = [
  'UTC',
  'Europe/Stockholm',
  'Europe/London',
  'America/New_York',
  'America/Sao_Paulo',
  'America/Santiago',
  'America/St_Johns',
  'Asia/Kolkata',
  'Pacific/Auckland',
  'Africa/Casablanca',
]
/** A single time a day, lists and ranges, and wildcards, in the hours in which clocks are changed. */
const CRONS = ['30 2 * * *', '0 0 * * *', '15 1-3 * * *', '0 12 29 2 *']

const LEAP_DAYS = ['2028', '2032'].map((year) => {
  const day = Date.parse(`${year}-02-29T12:00:00Z`)
  return [day - 2 * DAY, day + 2 * DAY] as const
})

/** Times (epoch ms) at which the clock of a zone is changed. */
function changes(timeZone: string): readonly number[] {
  const found: number[] = []
  for (let at = BEGIN; at < END; at += WEEK) {
    const before = calendar.offsetAt(timeZone, at)
    if (calendar.offsetAt(timeZone, at + WEEK) === before) continue
    let [low, high] = [at, at + WEEK]
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2)
      if (calendar.offsetAt(timeZone, middle) === before) low = middle
      else high = middle
    }
    found.push(high)
  }
  return found
}

function ours(cron: string, timeZone: string, [from, to]: readonly [number, number]): readonly number[] {
  const times: number[] = []
  for (let at = calendar.next({ cron, timeZone }, from); at !== null && at < to;) {
    times.push(at)
    at = calendar.next({ cron, timeZone }, at)
  }
  return times
}

function theirs(cron: string, timeZone: string, [from, to]: readonly [number, number]): readonly number[] {
  const parsed = CronExpressionParser.parse(cron, { tz: timeZone, currentDate: new Date(from), endDate: new Date(to) })
  const times: number[] = []
  while (parsed.hasNext()) times.push(parsed.next().getTime())
  return times.filter((at) => at < to)
}

/** What the two libraries may differ in, as `docs/schedules.md` explains. */
function kindOf(
  at: number,
  side: 'ours' | 'theirs',
  given: { timeZone: string; changesAt: readonly number[] },
): string {
  const { timeZone, changesAt } = given
  const change = changesAt.find((time) => Math.abs(at - time) <= 3 * HOUR)
  if (change === undefined) return 'unexplained'
  const forward = calendar.offsetAt(timeZone, change) > calendar.offsetAt(timeZone, change - 1)
  if (forward)
    return side === 'ours' ? 'gap: we fire right after it' : 'gap: they fire as long after it as the time lies in it'
  return side === 'ours' ? 'repeat: we fire in both passes' : 'repeat: they fire in the other pass'
}

test('ten years in ten zones: a second library says the same, but where clocks are changed', () => {
  const kinds = new Map<string, number>()
  let compared = 0
  for (const timeZone of ZONES) {
    const changesAt = changes(timeZone)
    const years = Array.from({ length: 10 }, (_, n) => BEGIN + n * 365 * DAY)
    const windows = [
      ...changesAt.map((at) => [at - 6 * HOUR, at + 12 * HOUR] as const),
      ...years.map((at) => [at, at + DAY] as const),
    ]
    for (const cron of CRONS) {
      for (const window of cron.includes('29 2') ? LEAP_DAYS : windows) {
        const [a, b] = [ours(cron, timeZone, window), theirs(cron, timeZone, window)]
        compared += a.length
        const differing = [
          ...a.filter((at) => !b.includes(at)).map((at) => kindOf(at, 'ours', { timeZone, changesAt })),
          ...b.filter((at) => !a.includes(at)).map((at) => kindOf(at, 'theirs', { timeZone, changesAt })),
        ]
        for (const kind of differing) kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
      }
    }
  }
  expect(compared).toBeGreaterThan(900)
  expect([...kinds.keys()].sort()).toEqual([
    'gap: they fire as long after it as the time lies in it',
    'gap: we fire right after it',
    'repeat: we fire in both passes',
  ])
})
