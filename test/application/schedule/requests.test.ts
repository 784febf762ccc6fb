import { describe, expect, test } from 'vitest'
import { MAX_REQUESTS } from '#domain/schedule/schedule.ts'
import { scheduling, shortly, utc } from '#test/support/scheduling.ts'

const HOURLY = { cron: '0 * * * *', timeZone: 'UTC' }
const BEGIN = '2027-01-01T00:30:00Z'
const time = (text: string): number => Date.parse(`2027-01-01T${text}Z`)

describe('run now', () => {
  test('submits a job at once and does not disturb the cadence', async () => {
    const s = scheduling(BEGIN)
    await s.put(HOURLY)
    const { jobId } = await s.control.run(s.key())
    await s.wake()
    expect(shortly(await s.get())).toEqual(['submitted 2027-01-01T00:30Z'])
    expect((await s.get()).fires[0]).toMatchObject({ cause: 'run', jobId })
    expect(utc((await s.get()).nextFireAt ?? 0)).toBe('2027-01-01T01:00Z')
  })

  test('the same key runs it once', async () => {
    const s = scheduling(BEGIN)
    await s.put(HOURLY)
    const again = { ...s.key(), idempotencyKey: 'k' }
    const first = await s.control.run(again)
    expect((await s.control.run(again)).jobId).toBe(first.jobId)
    await s.wake()
    await s.control.run(again)
    await s.wake()
    expect(s.submitted).toEqual([first.jobId])
  })

  test('works while it is paused, in quiet hours, and beside a job that runs', async () => {
    const s = scheduling(BEGIN)
    await s.put(HOURLY, { quietHours: { from: '00:00', to: '23:00', timeZone: 'UTC' } })
    await s.control.pause(s.key())
    await s.control.run(s.key())
    await s.wake()
    await s.control.run(s.key())
    await s.wake()
    expect(new Set(s.submitted).size).toBe(2)
    expect((await s.get()).status).toBe('paused')
  })

  test('too many at once are refused', async () => {
    const s = scheduling(BEGIN)
    await s.put(HOURLY)
    for (let n = 0; n < MAX_REQUESTS; n++) await s.control.run(s.key())
    await expect(s.control.run(s.key())).rejects.toMatchObject({ code: 'schedule_busy' })
    await s.wake()
    expect(new Set(s.submitted).size).toBe(MAX_REQUESTS)
  })
})

describe('backfill', () => {
  test('submits the nominal times of a past period, but not one twice', async () => {
    const s = scheduling(BEGIN)
    await s.put(HOURLY, { overlap: 'allow' })
    await s.passUntil('2027-01-01T02:30:00Z')
    await s.control.backfill({ ...s.key(), from: Date.parse('2026-12-31T23:00:00Z'), to: time('02:00:00') })
    await s.wake()
    expect(shortly(await s.get()).slice(2)).toEqual([
      'submitted 2026-12-31T23:00Z',
      'submitted 2027-01-01T00:00Z',
      'submitted 2027-01-01T01:00Z',
    ])
    expect(new Set(s.submitted).size).toBe(4)
    expect(await s.get()).toMatchObject({ backfill: null, nextFireAt: time('03:00:00') })
  })

  test('of an interval has times before its first PUT, and one at that moment', async () => {
    const s = scheduling(BEGIN)
    await s.put({ everySeconds: 600 }, { overlap: 'allow' })
    await s.passUntil('2027-01-01T00:45:00Z')
    await s.control.backfill({ ...s.key(), from: time('00:15:00'), to: time('00:45:00') })
    await s.wake()
    expect(shortly(await s.get())).toEqual([
      'submitted 2027-01-01T00:40Z',
      'submitted 2027-01-01T00:20Z',
      'submitted 2027-01-01T00:30Z',
      'submitted 2027-01-01T00:40Z',
    ])
    expect(new Set(s.submitted).size).toBe(3)
  })

  test('goes on in slices', async () => {
    const s = scheduling(BEGIN)
    await s.put({ everySeconds: 60 }, { overlap: 'allow' })
    await s.control.backfill({ ...s.key(), from: time('00:00:00') - 30 * 60_000, to: time('00:29:30') })
    await s.wake('s', 1).catch(() => undefined)
    expect(s.submitted.length).toBe(20)
    await s.wake()
    expect(new Set(s.submitted).size).toBe(60)
  })

  test.each([
    ['backwards', '00:20:00', '00:10:00', 'before'],
    ['into the future', '00:20:00', '00:40:00', 'past'],
    ['of no fire', '00:20:00', '00:30:00', 'no fire'],
    ['of too many', '-', '00:30:00', '1000'],
  ])('%s is refused', async (...[, from, to, message]) => {
    const s = scheduling(BEGIN)
    await s.put(HOURLY)
    const begin = from === '-' ? Date.parse('2026-01-01T00:00:00Z') : time(from)
    await expect(s.control.backfill({ ...s.key(), from: begin, to: time(to) })).rejects.toThrow(message)
  })

  test('a second one is refused while the first is under way', async () => {
    const s = scheduling(BEGIN)
    await s.put(HOURLY)
    const backfill = { ...s.key(), from: time('00:00:00'), to: time('00:30:00') }
    await s.control.backfill(backfill)
    await expect(s.control.backfill(backfill)).rejects.toMatchObject({ code: 'schedule_busy', retryable: true })
  })

  test('of what fires once is refused', async () => {
    const s = scheduling(BEGIN)
    await s.put({ delaySeconds: 60 })
    const backfill = { ...s.key(), from: time('00:00:00'), to: time('00:30:00') }
    await expect(s.control.backfill(backfill)).rejects.toThrow('fires once')
  })
})

describe('behind a submission that fails', () => {
  /** One run is being submitted, another waits behind it, and so does a backfill. */
  const blocked = async () => {
    let isFull = true
    const s = scheduling(BEGIN, {
      submitting: (submit) => (isFull ? Promise.reject(new Error('The queue is full.')) : submit()),
    })
    await s.put(HOURLY, { overlap: 'allow' })
    await s.control.run(s.key())
    await s.wake().catch(() => undefined)
    const { jobId } = await s.control.run(s.key())
    await s.control.backfill({ ...s.key(), from: time('00:00:00') - 3 * 3_600_000, to: time('00:30:00') })
    const free = async (): Promise<readonly string[]> => {
      isFull = false
      s.clock.step(10_000)
      await s.wake()
      return shortly(await s.get())
    }
    return { ...s, jobId, free }
  }
  const submitted = 'submitted 2027-01-01T00:30Z'

  test('a PUT with the same "when" drops nothing', async () => {
    const s = await blocked()
    await s.put(HOURLY, { overlap: 'allow' })
    expect(await s.free()).toEqual([
      submitted,
      submitted,
      'submitted 2026-12-31T21:00Z',
      'submitted 2026-12-31T22:00Z',
      'submitted 2026-12-31T23:00Z',
      'submitted 2027-01-01T00:00Z',
    ])
  })

  test('a PUT with another "when" leaves the run, and cancels the backfill in one entry', async () => {
    const s = await blocked()
    await s.put({ everySeconds: 7200 }, { input: 'new' })
    expect(await s.free()).toEqual(['canceled 2026-12-31T21:00Z…2027-01-01T00:00Z ×4 (replaced)', submitted, submitted])
    const { fires, backfill } = await s.get()
    expect(backfill).toBe(null)
    expect(fires[0]).toMatchObject({ cause: 'backfill' })
    expect(fires[2]).toMatchObject({ cause: 'run', jobId: s.jobId })
    expect((await s.jobOf(fires[2])).input).toBe('new')
  })

  test('a DELETE cancels both, and the history says so', async () => {
    const s = await blocked()
    await s.delete()
    expect(await s.free()).toEqual([
      'canceled 2027-01-01T00:30Z (deleted)',
      'canceled 2026-12-31T21:00Z…2027-01-01T00:00Z ×4 (deleted)',
      submitted,
    ])
    expect((await s.get()).fires.map(({ cause }) => cause)).toEqual(['run', 'backfill', 'run'])
  })
})

describe('pause and resume', () => {
  test('nothing fires while it is paused; what came then is skipped', async () => {
    const s = scheduling(BEGIN)
    await s.put(HOURLY)
    await s.control.pause(s.key())
    await s.passUntil('2027-01-01T03:30:00Z')
    expect((await s.control.resume(s.key())).status).toBe('active')
    await s.passUntil('2027-01-01T04:30:00Z')
    expect(shortly(await s.get())).toEqual([
      'skipped 2027-01-01T01:00Z…2027-01-01T03:00Z ×3 (paused)',
      'submitted 2027-01-01T04:00Z',
    ])
  })

  test('a PUT leaves it paused', async () => {
    const s = scheduling(BEGIN)
    await s.put(HOURLY)
    await s.control.pause(s.key())
    await s.put({ everySeconds: 60 })
    expect((await s.get()).status).toBe('paused')
  })

  test('what fires once does so when it is resumed', async () => {
    const s = scheduling(BEGIN)
    await s.put({ delaySeconds: 60 })
    await s.control.pause(s.key())
    await s.passUntil('2027-01-01T03:30:00Z')
    await s.control.resume(s.key())
    await s.wake()
    expect(shortly(await s.get())).toEqual(['submitted 2027-01-01T00:31Z'])
  })

  test('both are harmless to repeat, and name who did it', async () => {
    const s = scheduling(BEGIN)
    await s.put(HOURLY)
    const first = await s.control.pause({ ...s.key(), by: { kind: 'cli' } })
    expect(first).toMatchObject({ pausedBecause: 'caller', changedBy: { kind: 'cli' } })
    expect(await s.control.pause(s.key())).toEqual(first)
  })

  test('an ended one can do neither', async () => {
    const s = scheduling(BEGIN)
    await s.put(HOURLY)
    await s.delete()
    for (const change of [s.control.pause(s.key()), s.control.resume(s.key()), s.control.run(s.key())])
      await expect(change).rejects.toMatchObject({ code: 'schedule_ended' })
  })

  test('one that does not exist, or belongs to another tenant, is not found', async () => {
    const s = scheduling(BEGIN)
    await s.put(HOURLY)
    const other = { ...s.key(), tenantId: 'other' }
    await expect(s.control.pause(other)).rejects.toMatchObject({ code: 'schedule_not_found' })
    await expect(s.read.get('other', 's')).rejects.toMatchObject({ code: 'schedule_not_found' })
  })
})
