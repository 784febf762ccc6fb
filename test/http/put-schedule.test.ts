import { describe, expect, test } from 'vitest'
import { daily, work, world } from './schedule-scene.ts'

describe('PUT /schedules/{id}', () => {
  test('creates with 201 and shows the next ten fires in UTC and in the zone', async () => {
    const { put } = world()
    const { status, headers, body } = await put('daily:plan', { when: daily })
    expect(status).toBe(201)
    expect(headers.get('location')).toBe('/schedules/daily:plan')
    expect(body).toMatchObject({ id: 'daily:plan', status: 'active', when: daily, overlap: 'skip', catchUp: 'last' })
    expect(body.next).toHaveLength(10)
    expect(new Date(body.next[0]?.local ?? '').toISOString()).toBe(body.next[0]?.at)
    expect(body.next.every(({ local }) => /T07:00:00\+0[12]:00$/.test(local))).toBe(true)
    expect(body['nextFireAt']).toBe(body.next[0]?.at)
  })

  test('replaces with 200, and a repeat is harmless', async () => {
    const { put, ask } = world()
    await put('a', { when: daily })
    expect((await put('a', { when: daily, tags: ['x'] })).status).toBe(200)
    expect((await ask('GET /a')).body).toMatchObject({ tags: ['x'], when: daily })
  })

  test('notes what a clock change does', async () => {
    const { put } = world()
    const sundays = { cron: '30 2 * 3 0', timeZone: 'Europe/Stockholm' }
    const { body } = await put('gap', { when: sundays })
    const [edge, ...others] = body.next.filter(({ note }) => note !== undefined)
    expect(edge).toMatchObject({ note: 'after_gap', local: expect.stringMatching(/T03:00:00\+02:00$/) as string })
    // The next year is farther away than ten Sundays, at least in part.
    expect(others.length).toBeLessThanOrEqual(1)
  })

  test('moves a fire that is still to come: a debounce', async () => {
    const { put, clock } = world()
    const first = await put('cart', { when: { delaySeconds: 60 } })
    await clock.advance(30_000)
    const second = await put('cart', { when: { delaySeconds: 60 } })
    expect(second.status).toBe(200)
    expect(Date.parse(String(second.body['nextFireAt'])) - Date.parse(String(first.body['nextFireAt']))).toBe(30_000)
  })

  test('says so when an event older than the newest seen changes nothing', async () => {
    const { put } = world()
    const when = { delaySeconds: 60 }
    await put('cart', { when, occurredAt: '2026-11-28T12:00:00Z', input: 'new' })
    const late = await put('cart', { when, occurredAt: '2026-11-28T12:59:59+01:00', input: 'old' })
    expect(late.status).toBe(200)
    expect(late.body).toMatchObject({ ignored: true, input: 'new', occurredAt: '2026-11-28T12:00:00.000Z' })
  })

  test('shows every field as it was given', async () => {
    const { put, ask } = world()
    const given = {
      when: { at: '2099-01-01T00:00:00.000Z' },
      latestBy: '2099-01-02T00:00:00.000Z',
      merge: 'all',
      overlap: 'allow',
      catchUp: 'none',
      catchUpWithinSeconds: 60,
      quietHours: { from: '21:00', to: '08:00', timeZone: 'UTC' },
      limit: { key: 'contact:42', max: 1, perSeconds: 259_200 },
      pauseAfterFailures: 3,
      endAt: '2099-02-01T00:00:00.000Z',
      tags: ['x'],
      metadata: { order: '1' },
      callback: { url: 'https://shop.example.com/hooks', events: ['job.failed'] },
      retentionSeconds: 3600,
    }
    await put('all', given)
    expect((await ask('GET /all')).body).toMatchObject({ ...work, ...given })
  })

  test.each([
    { fields: {}, code: 'invalid_request', said: 'when: must be like {\\"cron\\"' },
    { fields: { when: { cron: '0 7 * * *' } }, code: 'invalid_request', said: 'when: must be like {\\"cron\\"' },
    { fields: { when: { ...daily, everySeconds: 5 } }, code: 'invalid_request', said: 'and nothing else' },
    { fields: { when: { at: 'tomorrow' } }, code: 'invalid_request', said: 'when.at: must be a time with its zone' },
    { fields: { when: daily, every: 5 }, code: 'invalid_request', said: 'every' },
    { fields: { when: daily, overlap: 'queue' }, code: 'invalid_request', said: 'overlap: ' },
    {
      fields: { when: { everySeconds: 0 } },
      code: 'invalid_schedule',
      said: 'when.everySeconds must be a whole number',
    },
    {
      fields: { when: { everySeconds: 1.5 } },
      code: 'invalid_schedule',
      said: 'when.everySeconds must be a whole number',
    },
    { fields: { when: { ...daily, timeZone: 'Europe/Stokholm' } }, code: 'invalid_schedule', said: 'Europe/Stokholm' },
    {
      fields: { when: { ...daily, cron: '0 25 * * *' } },
      code: 'invalid_schedule',
      said: 'is no cron expression: Invalid value for hour: 25.',
    },
    {
      fields: { when: { ...daily, cron: '0 7 31 2 *' } },
      code: 'invalid_schedule',
      said: 'no date fits its cron expression',
    },
    {
      fields: { when: daily, endAt: '2020-01-01T00:00:00Z' },
      code: 'invalid_schedule',
      said: 'no time before its \\"endAt\\"',
    },
    { fields: { when: { ...daily, cron: '0 0 7 * * *' } }, code: 'invalid_schedule', said: '' },
    { fields: { when: daily, merge: 'all' }, code: 'invalid_schedule', said: 'merge is for' },
    { fields: { when: daily, agent: 'unlisted' }, code: 'unknown_agent', said: 'unlisted' },
    { fields: { when: daily, agent: 'picky' }, code: 'invalid_input', said: 'n: ' },
  ])('refuses $fields with what is wrong', async ({ fields, code, said }) => {
    const { put, ask } = world()
    const { body } = await put('bad', fields)
    expect(body['code']).toBe(code)
    expect(JSON.stringify(body)).toContain(said)
    expect((await ask('GET /bad')).status).toBe(404)
  })

  test('refuses an id that is none', async () => {
    const { status, body } = await world().put('a%20b', { when: daily })
    expect(status).toBe(400)
    expect(body['detail']).toMatch(/1 to 128 characters/)
  })
})
