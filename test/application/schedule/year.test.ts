import { CronExpressionParser } from 'cron-parser'
import { expect, test } from 'vitest'
import type { SubmitJobCommand } from '#application/job/submit-job.ts'
import { scheduling, utc } from '#test/support/scheduling.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const BEGIN = '2026-12-31T12:00:00Z'
const END = Date.parse('2028-01-01T12:00:00Z')
/** Nothing runs from then on, for three days. */
const OUTAGE = Date.parse('2027-08-10T10:10:00Z')
const OUTAGE_END = OUTAGE + 3 * DAY

/** With the nominal time that the second library gives where a clock is changed, and ours: `docs/schedules.md` says why. */
const YEARS = [
  { cron: '0 7 * * 1', timeZone: 'Europe/Stockholm', shifted: {} },
  { cron: '0 9 1,15 * *', timeZone: 'America/New_York', shifted: {} },
  { cron: '30 2 * * *', timeZone: 'Europe/Stockholm', shifted: { '2027-03-28T01:30Z': '2027-03-28T01:00Z' } },
  { cron: '30 2 * * *', timeZone: 'America/New_York', shifted: { '2027-03-14T07:30Z': '2027-03-14T07:00Z' } },
  { cron: '45 23 * * *', timeZone: 'Pacific/Auckland', shifted: {} },
] as const

function theirs(cron: string, timeZone: string): readonly number[] {
  const options = { tz: timeZone, currentDate: new Date(BEGIN), endDate: new Date(END) }
  const parsed = CronExpressionParser.parse(cron, options)
  const times: number[] = []
  while (parsed.hasNext()) times.push(parsed.next().getTime())
  return times
}

/** The nominal times for which a year of wakes has submitted a job, in order. */
async function fired(cron: string, timeZone: string): Promise<readonly string[]> {
  const times: string[] = []
  const submitting = (submit: () => Promise<unknown>, { idempotencyKey }: SubmitJobCommand): Promise<unknown> => {
    times.push(utc(Number(idempotencyKey?.split('\n')[2])))
    return submit()
  }
  const s = scheduling(BEGIN, { submitting })
  await s.put({ cron, timeZone }, { overlap: 'allow', catchUp: 'all', catchUpWithinSeconds: 7 * 86_400 })
  await s.passUntil(OUTAGE)
  s.clock.step(OUTAGE_END - OUTAGE)
  await s.wake()
  await s.passUntil(END)
  return times
}

test.each(YEARS)(
  'a year of $cron in $timeZone, with an outage of three days, fires at each time of the second library once',
  async ({ cron, timeZone, shifted }) => {
    const moved = new Map(Object.entries(shifted))
    const expected = theirs(cron, timeZone).map((at) => moved.get(utc(at)) ?? utc(at))
    const times = await fired(cron, timeZone)
    expect(times).toEqual(expected)
    expect(times.length).toBeGreaterThan(20)
  },
)
