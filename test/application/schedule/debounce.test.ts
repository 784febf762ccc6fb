import { describe, expect, test } from 'vitest'
import { MAX_EVENTS, MAX_INPUT_CHARS } from '#domain/schedule/schedule.ts'
import { scheduling, shortly, utc } from '#test/support/scheduling.ts'

const BEGIN = '2027-01-01T00:00:00Z'
const AN_HOUR = { delaySeconds: 3600 }
const at = (time: string): number => Date.parse(`2027-01-01T${time}Z`)

describe('a debounce', () => {
  test('a later PUT moves the fire, and there is one', async () => {
    const s = scheduling(BEGIN)
    const first = await s.put(AN_HOUR, { input: 1 })
    await s.passUntil('2027-01-01T00:50:00Z')
    const second = await s.put(AN_HOUR, { input: 2 })
    expect([first.created, second.created]).toEqual([true, false])
    await s.passUntil('2027-01-01T09:00:00Z')
    expect(shortly(await s.get())).toEqual(['submitted 2027-01-01T01:50Z'])
    expect(await s.jobOf((await s.get()).fires[0])).toMatchObject({ input: 2 })
  })

  test('latestBy bounds it, and the first one that is said counts', async () => {
    const s = scheduling(BEGIN)
    await s.put(AN_HOUR, { latestBy: at('02:00:00') })
    for (const minute of [50, 100, 110]) {
      s.clock.step(at('00:00:00') + minute * 60_000 - s.clock.now())
      await s.put(AN_HOUR, { latestBy: at('09:00:00') })
    }
    await s.passUntil('2027-01-01T12:00:00Z')
    expect(shortly(await s.get())).toEqual(['submitted 2027-01-01T02:00Z'])
  })

  test('a PUT without latestBy does not lift the bound', async () => {
    const s = scheduling(BEGIN)
    await s.put(AN_HOUR, { latestBy: at('01:30:00') })
    await s.passUntil('2027-01-01T00:50:00Z')
    expect(utc((await s.put(AN_HOUR)).schedule.nextFireAt ?? 0)).toBe('2027-01-01T01:30Z')
  })

  test.each([
    ['last', 3],
    ['first', 1],
    ['all', { events: [1, 2, 3] }],
  ] as const)('merge %s', async (merge, input) => {
    const s = scheduling(BEGIN)
    for (const n of [1, 2, 3]) await s.put(AN_HOUR, { merge, input: n })
    await s.passUntil('2027-01-01T09:00:00Z')
    expect((await s.jobOf((await s.get()).fires[0])).input).toEqual(input)
    await s.put(AN_HOUR, { merge, input: 4 })
    await s.passUntil('2027-01-01T19:00:00Z')
    expect((await s.jobOf((await s.get()).fires[1])).input).toEqual(merge === 'all' ? { events: [4] } : 4)
  })

  test('10 000 changes of one key are one pending fire, and nothing grows', async () => {
    const s = scheduling(BEGIN)
    const input = { cart: 'x'.repeat(50) }
    await s.put(AN_HOUR, { merge: 'all', input })
    for (let n = 0; n < 200; n++) await s.put(AN_HOUR, { merge: 'all', input })
    const size = JSON.stringify(await s.get()).length
    for (let n = 201; n < 10_000; n++) await s.put(AN_HOUR, { merge: 'all', input })
    const schedule = await s.get()
    expect(JSON.stringify(schedule).length).toBeLessThan(size + 10)
    expect([schedule.events.length, schedule.droppedEvents]).toEqual([MAX_EVENTS, 10_000 - MAX_EVENTS])
    await s.passUntil('2027-01-01T09:00:00Z')
    expect(s.submitted.length).toBe(1)
    expect((await s.jobOf((await s.get()).fires[0])).input).toMatchObject({ droppedEvents: 9900 })
    expect(await s.get()).toMatchObject({ events: [], droppedEvents: 0 })
  })

  test('large inputs are bounded together', async () => {
    const s = scheduling(BEGIN)
    for (let n = 0; n < 5; n++) await s.put(AN_HOUR, { merge: 'all', input: 'x'.repeat(100_000) + String(n) })
    const { events, droppedEvents } = await s.get()
    expect([events.length, droppedEvents]).toEqual([1, 4])
    expect(JSON.stringify(events).length).toBeLessThan(MAX_INPUT_CHARS)
  })

  test('PUTs at the same moment are all seen', async () => {
    const s = scheduling(BEGIN)
    await Promise.all(Array.from({ length: 50 }, (_, n) => s.put(AN_HOUR, { merge: 'all', input: n })))
    expect(new Set((await s.get()).events).size).toBe(50)
  })
})

describe('events out of order', () => {
  const early = { occurredAt: at('00:00:00') }
  const late = { occurredAt: at('00:10:00') }

  test('an older PUT neither moves the fire nor overwrites its input', async () => {
    const s = scheduling(BEGIN)
    await s.put(AN_HOUR, { input: 'new', ...late })
    await s.passUntil('2027-01-01T00:20:00Z')
    expect(await s.put(AN_HOUR, { input: 'old', ...early })).toMatchObject({ ignored: true, created: false })
    expect(await s.get()).toMatchObject({ spec: { input: 'new' }, nextFireAt: at('01:00:00') })
  })

  test('one of the same second counts, as long as it has not fired', async () => {
    const s = scheduling(BEGIN)
    await s.put(AN_HOUR, { input: 1, ...late })
    expect(await s.put(AN_HOUR, { input: 2, ...late })).toMatchObject({ ignored: false })
  })

  test('after the fire, an event that it has seen or that is older does not start it again', async () => {
    const s = scheduling(BEGIN)
    await s.put(AN_HOUR, late)
    await s.passUntil('2027-01-01T02:00:00Z')
    for (const event of [early, late]) expect(await s.put(AN_HOUR, event)).toMatchObject({ ignored: true })
    expect(await s.put(AN_HOUR, { occurredAt: at('01:59:00') })).toMatchObject({ ignored: false, created: true })
  })

  test('after a DELETE, an older event does not start it again, for seven days', async () => {
    const s = scheduling(BEGIN)
    await s.put(AN_HOUR, early)
    await s.delete(at('00:10:00'))
    expect(shortly(await s.get())).toEqual(['canceled 2027-01-01T01:00Z (deleted)'])
    await s.passUntil('2027-01-07T23:00:00Z')
    expect(await s.put(AN_HOUR, { occurredAt: at('00:09:00') })).toMatchObject({ ignored: true })
    await s.passUntil('2027-01-09T00:00:00Z')
    expect(await s.put(AN_HOUR, { occurredAt: at('00:09:00') })).toMatchObject({ created: true })
  })

  test('a DELETE that comes before its PUT is remembered, and is no schedule', async () => {
    const s = scheduling(BEGIN)
    await s.delete(at('00:10:00'))
    expect(await s.put(AN_HOUR, { occurredAt: at('00:09:00') })).toMatchObject({ ignored: true })
    await expect(s.read.get('acme', 's')).rejects.toMatchObject({ code: 'schedule_not_found' })
    expect(await s.put(AN_HOUR, { occurredAt: at('00:11:00') })).toMatchObject({ created: true, ignored: false })
    expect((await s.read.get('acme', 's')).schedule.fires).toEqual([])
  })

  test('an older DELETE does not end it', async () => {
    const s = scheduling(BEGIN)
    await s.put(AN_HOUR, late)
    expect(await s.delete(at('00:09:00'))).toMatchObject({ ignored: true })
    expect(await s.get()).toMatchObject({ status: 'active' })
  })

  test('a DELETE of what does not exist is refused, if it does not say when it happened', async () => {
    await expect(scheduling(BEGIN).delete()).rejects.toMatchObject({ code: 'schedule_not_found' })
  })

  test('a fire under one id does not repeat the job of the last life, and its history stays', async () => {
    const s = scheduling(BEGIN)
    await s.put({ at: at('01:00:00') }, { input: 1 })
    await s.passUntil('2027-01-01T02:00:00Z')
    await s.delete()
    await s.put({ at: at('01:00:00') }, { input: 2 })
    await s.wake()
    expect(shortly(await s.get())).toEqual(['submitted 2027-01-01T01:00Z', 'submitted 2027-01-01T01:00Z'])
    expect(new Set(s.submitted).size).toBe(2)
  })
})
