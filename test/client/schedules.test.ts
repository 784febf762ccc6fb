import { describe, expect, test } from 'vitest'
import type { ErrandError } from '#adapters/client/errand-error.ts'
import { ListedModel } from '#test/support/script.ts'
import { collect, failing, scene } from './scene.ts'

const daily = { cron: '0 7 * * *', timeZone: 'Europe/Stockholm' }
const work = { agent: 'writer', input: 1 }

describe('client.schedules', () => {
  test('puts, gets, pauses, resumes, runs, backfills and deletes', async () => {
    const { app, client } = scene(new ListedModel())
    const { schedules } = client
    expect(await schedules.put('a:1', { ...work, when: { everySeconds: 3600 } })).toMatchObject({ status: 'active' })
    expect((await schedules.get('a:1')).next).toHaveLength(10)
    expect(await schedules.pause('a:1')).toMatchObject({ status: 'paused' })
    expect(await schedules.resume('a:1')).toMatchObject({ status: 'active' })
    const { jobId } = await schedules.run('a:1')
    await app.wakeSchedule('default', 'a:1')
    expect(await client.get(jobId)).toMatchObject({ status: 'queued' })
    const from = new Date(app.clock.now()).toISOString()
    await app.clock.advance(2 * 3_600_000)
    const to = new Date(app.clock.now()).toISOString()
    expect((await schedules.backfill('a:1', { from, to })).backfill).not.toBeNull()
    expect(await schedules.delete('a:1')).toMatchObject({ status: 'ended' })
  })

  test('lists over as many pages as there are', async () => {
    const { client, asked } = scene(new ListedModel())
    for (let n = 0; n < 5; n++) await client.schedules.put(`s${String(n)}`, { ...work, when: daily })
    asked.length = 0
    const all = await collect(client.schedules.list({ page_size: 2, id_prefix: 's' }))
    expect(all.map(({ id }) => id).sort()).toEqual(['s0', 's1', 's2', 's3', 's4'])
    expect(asked).toEqual(['GET /schedules', 'GET /schedules', 'GET /schedules'])
  })

  test('says which event ends it, and what was ignored', async () => {
    const { client } = scene(new ListedModel())
    await client.schedules.delete('cart', { occurredAt: '2026-11-28T12:00:00Z' })
    const late = { ...work, when: { delaySeconds: 60 }, occurredAt: '2026-11-28T11:00:00Z' }
    expect(await client.schedules.put('cart', late)).toMatchObject({ ignored: true, status: 'ended' })
  })

  test('repeats a run that was not answered, and there is one job', async () => {
    const { app, client } = scene(new ListedModel(), { through: failing(503, 503) })
    await client.schedules.put('r', { ...work, when: daily })
    const { jobId } = await client.schedules.run('r', { idempotencyKey: 'now' })
    expect((await client.schedules.run('r', { idempotencyKey: 'now' })).jobId).toBe(jobId)
    await app.wakeSchedule('default', 'r')
    expect((await client.counts()).total).toBe(1)
  })

  test('rejects with the words of the server', async () => {
    const { client } = scene(new ListedModel())
    const refused = client.schedules.put('x', { ...work, when: { cron: '0 7 * * *', timeZone: 'Mars/Olympus' } })
    const error = await refused.catch((caught: unknown) => caught as ErrandError)
    expect(error).toMatchObject({
      code: 'invalid_schedule',
      status: 400,
      message: expect.stringContaining('Mars') as string,
    })
  })
})
