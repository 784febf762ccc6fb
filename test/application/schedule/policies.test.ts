import { describe, expect, test } from 'vitest'
import { decideFires } from '#application/schedule/decide-fires.ts'
import { UnknownAgentError } from '#domain/agent/errors.ts'
import { scheduling, shortly, utc } from '#test/support/scheduling.ts'

const HOURLY = { cron: '0 * * * *', timeZone: 'UTC' }
const BEGIN = '2027-01-01T00:30:00Z'

describe('overlap, while the job of the fire before runs', () => {
  test('skip: the fire is skipped, and recorded', async () => {
    const s = scheduling(BEGIN)
    await s.put(HOURLY)
    await s.passUntil('2027-01-01T03:30:00Z')
    expect(shortly(await s.get())).toEqual([
      'submitted 2027-01-01T01:00Z',
      'skipped 2027-01-01T02:00Z…2027-01-01T03:00Z ×2 (overlap)',
    ])
    await s.finish(s.submitted[0] ?? '', 'completed')
    await s.passUntil('2027-01-01T04:30:00Z')
    expect(shortly(await s.get()).at(-1)).toBe('submitted 2027-01-01T04:00Z')
  })

  test('allow: it is submitted', async () => {
    const s = scheduling(BEGIN)
    await s.put(HOURLY, { overlap: 'allow' })
    await s.passUntil('2027-01-01T03:30:00Z')
    expect(new Set(s.submitted).size).toBe(3)
  })

  test('queue_one: one fire waits for the end of that job, and the next ones are skipped', async () => {
    const s = scheduling(BEGIN)
    await s.put(HOURLY, { overlap: 'queue_one' })
    await s.passUntil('2027-01-01T03:10:00Z')
    await s.finish(s.submitted[0] ?? '', 'completed')
    await s.passUntil('2027-01-01T03:12:00Z')
    expect(shortly(await s.get())).toEqual([
      'submitted 2027-01-01T01:00Z',
      'queued 2027-01-01T02:00Z',
      'skipped 2027-01-01T03:00Z (already_waiting)',
      'submitted 2027-01-01T02:00Z',
    ])
    expect((await s.get()).waiting).toBeNull()
  })

  test.each([
    { waitedMs: 1000, nextLookMs: 2000 },
    { waitedMs: 40_000, nextLookMs: 10_000 },
    { waitedMs: 3_600_000, nextLookMs: 60_000 },
  ])(
    'queue_one: a fire that has waited $waitedMs ms looks again in $nextLookMs ms',
    async ({ waitedMs, nextLookMs }) => {
      const s = scheduling(BEGIN)
      await s.put({ delaySeconds: 60 }, { overlap: 'queue_one' })
      const since = s.clock.now()
      const waiting = { nominalAt: since, for: 'overlap', until: since, since } as const
      const now = since + waitedMs
      const facts = { now, calendar: s.calendar, unfinished: ['job_1'] }
      const decided = decideFires({ ...(await s.get()), nextFireAt: null, waiting }, facts)
      expect(decided.waiting).toEqual({ ...waiting, until: now + nextLookMs })
    },
  )

  test('cancel_previous: that job is canceled first, in the name of the schedule', async () => {
    const s = scheduling(BEGIN)
    await s.put(HOURLY, { overlap: 'cancel_previous' })
    await s.passUntil('2027-01-01T02:30:00Z')
    const { fires } = await s.get()
    expect(fires.map(({ canceledJobId }) => canceledJobId)).toEqual([null, fires[0]?.jobId])
    expect(await s.jobOf(fires[0])).toMatchObject({
      status: 'canceled',
      cancelRequestedBy: { kind: 'schedule', id: 's' },
    })
    expect(await s.jobOf(fires[1])).toMatchObject({ status: 'queued' })
  })
})

describe('quiet hours', () => {
  const quietHours = { from: '21:00', to: '08:00', timeZone: 'Europe/Stockholm' }

  test('a fire inside is moved to their end, and both are recorded', async () => {
    const s = scheduling('2027-01-01T20:30:00Z')
    await s.put({ delaySeconds: 3600 }, { quietHours })
    await s.passUntil('2027-01-02T06:59:00Z')
    const { fires } = await s.get()
    expect(shortly(await s.get())).toEqual(['moved 2027-01-01T21:30Z'])
    expect(utc(fires[0]?.movedTo ?? 0)).toBe('2027-01-02T07:00Z')
    expect(s.submitted).toEqual([])
    await s.passUntil('2027-01-02T07:00:00Z')
    expect(shortly(await s.get())).toEqual(['moved 2027-01-01T21:30Z', 'submitted 2027-01-01T21:30Z'])
  })

  test('of several fires inside, one is moved', async () => {
    const s = scheduling('2027-01-01T19:30:00Z')
    await s.put(HOURLY, { quietHours, overlap: 'allow' })
    await s.passUntil('2027-01-02T07:30:00Z')
    expect(shortly(await s.get())).toEqual([
      'moved 2027-01-01T20:00Z',
      'skipped 2027-01-01T21:00Z…2027-01-02T06:00Z ×10 (already_waiting)',
      'submitted 2027-01-01T20:00Z',
      'submitted 2027-01-02T07:00Z',
    ])
  })

  test('a fire that is made up for inside is moved, too', async () => {
    const s = scheduling('2027-01-01T12:30:00Z')
    await s.put({ delaySeconds: 60 }, { quietHours })
    s.clock.step(12 * 3_600_000)
    await s.wake()
    expect(s.submitted).toEqual([])
    expect(utc((await s.get()).waiting?.until ?? 0)).toBe('2027-01-02T07:00Z')
  })

  test('a PUT and a DELETE take the place of a fire that waits, and say so', async () => {
    const s = scheduling('2027-01-01T20:30:00Z')
    await s.put({ delaySeconds: 60 }, { quietHours })
    await s.passUntil('2027-01-01T21:00:00Z')
    await s.put({ delaySeconds: 60 }, { quietHours })
    await s.passUntil('2027-01-01T22:00:00Z')
    await s.delete()
    expect(shortly(await s.get())).toEqual([
      'moved 2027-01-01T20:31Z',
      'canceled 2027-01-01T20:31Z (replaced)',
      'moved 2027-01-01T21:01Z',
      'canceled 2027-01-01T21:01Z (deleted)',
    ])
    await s.passUntil('2027-01-03T00:00:00Z')
    expect(s.submitted).toEqual([])
  })
})

describe('pause after failures', () => {
  test('so many failed jobs in a row pause it; resuming begins the count anew', async () => {
    const s = scheduling(BEGIN)
    await s.put(HOURLY, { pauseAfterFailures: 2 })
    for (const [hour, how] of [
      [1, 'failed'],
      [2, 'completed'],
      [3, 'failed'],
      [4, 'failed'],
    ] as const) {
      await s.passUntil(`2027-01-01T0${String(hour)}:30:00Z`)
      await s.finish(s.submitted.at(-1) ?? '', how)
    }
    await s.passUntil('2027-01-01T09:30:00Z')
    expect(await s.get()).toMatchObject({ status: 'paused', pausedBecause: 'failures' })
    expect(shortly(await s.get()).slice(-2)).toEqual([
      'submitted 2027-01-01T04:00Z',
      'skipped 2027-01-01T05:00Z (paused_after_failures)',
    ])
    await s.control.resume(s.key())
    await s.passUntil('2027-01-01T10:30:00Z')
    expect(shortly(await s.get()).slice(-2)).toEqual([
      'skipped 2027-01-01T06:00Z…2027-01-01T09:00Z ×4 (paused)',
      'submitted 2027-01-01T10:00Z',
    ])
  })

  test('a submission that is refused counts as a failure, and says why', async () => {
    const s = scheduling(BEGIN, {
      submitting: (submit, command) => {
        if (command.input === 'bad') throw new UnknownAgentError('ghost', [])
        return submit()
      },
    })
    await s.put(HOURLY, { pauseAfterFailures: 2, input: 'bad' })
    await s.passUntil('2027-01-01T09:30:00Z')
    expect(shortly(await s.get())).toEqual([
      'refused 2027-01-01T01:00Z',
      'refused 2027-01-01T02:00Z',
      'skipped 2027-01-01T03:00Z (paused_after_failures)',
    ])
    expect((await s.get()).fires[0]?.error).toMatchObject({ code: 'unknown_agent' })
  })

  test.each([
    { when: HOURLY, what: 'the next fire, whose time has not come', late: -1 },
    { when: { delaySeconds: 1800 }, what: 'the only fire, though its time has come', late: 0 },
  ])('a pause leaves $what, and a resume brings it back', async ({ when, late }) => {
    const s = scheduling(BEGIN)
    await s.put(when, { pauseAfterFailures: 1 })
    const failed = { ...(await s.get()), failures: 1 }
    const nextFireAt = failed.nextFireAt ?? 0
    const paused = decideFires(failed, { now: nextFireAt + late, calendar: s.calendar, unfinished: [] })
    expect(paused).toMatchObject({ status: 'paused', pausedBecause: 'failures', nextFireAt, fires: [] })
    expect(paused.decidedUntil).toBe(failed.decidedUntil)
  })
})
