import { describe, expect, test } from 'vitest'
import { type ScheduleBody, daily, world } from './schedule-scene.ts'

describe('a schedule', () => {
  test('fires, and its history names the job', async () => {
    const { put, ask, wake, clock, http } = world()
    await put('soon', { when: { everySeconds: 60 }, tags: ['tick'] })
    await clock.advance(60_000)
    await wake('soon')
    const [fire] = (await ask('GET /soon')).body.fires
    expect(fire).toMatchObject({ outcome: 'submitted', cause: 'schedule' })
    const job = (await (await http.request(`/jobs/${fire?.jobId ?? ''}`)).json()) as ScheduleBody
    expect(job).toMatchObject({ status: 'queued', tags: ['tick'], createdBy: { kind: 'schedule', id: 'soon' } })
  })

  test('pauses, says that a caller paused it, and resumes', async () => {
    const { put, ask } = world()
    await put('p', { when: daily })
    expect((await ask('POST /p/pause')).body).toMatchObject({
      status: 'paused',
      pausedBecause: 'caller',
      next: [],
      nextFireAt: null,
    })
    expect((await ask('POST /p/resume')).body).toMatchObject({ status: 'active' })
  })

  test('runs now under an idempotency key, and its cadence stays', async () => {
    const { put, ask, wake, http } = world()
    const before = (await put('r', { when: daily })).body['nextFireAt']
    const key = { 'idempotency-key': 'now' }
    const first = await ask('POST /r/run', undefined, key)
    expect(first.status).toBe(202)
    const jobId = String(first.body['jobId'])
    expect(first.headers.get('location')).toBe(`/jobs/${jobId}`)
    expect((await ask('POST /r/run', undefined, key)).body['jobId']).toBe(jobId)
    await wake('r')
    expect((await http.request(`/jobs/${jobId}`)).status).toBe(200)
    const { body } = await ask('GET /r')
    expect(body['nextFireAt']).toBe(before)
    expect(body.fires).toMatchObject([{ cause: 'run', outcome: 'submitted', jobId }])
  })

  test('backfills a past period, and refuses one that lies ahead or has no fire', async () => {
    const { put, ask, wake, clock } = world()
    await put('b', { when: { everySeconds: 3600 } })
    const from = new Date(clock.now() + 1).toISOString()
    await ask('POST /b/pause')
    await clock.advance(3 * 3_600_000 + 1)
    const to = new Date(clock.now()).toISOString()
    const started = await ask('POST /b/backfill', { from, to })
    expect(started.status).toBe(202)
    expect(started.body['backfill']).not.toBeNull()
    await wake('b')
    const { fires } = (await ask('GET /b')).body
    expect(fires.filter(({ cause, outcome }) => cause === 'backfill' && outcome === 'submitted')).toHaveLength(3)
    expect((await ask('POST /b/backfill', { from, to: '2100-01-01T00:00:00Z' })).body['code']).toBe('invalid_schedule')
    expect((await ask('POST /b/backfill', { from: to, to: from })).status).toBe(400)
    expect((await ask('POST /b/backfill', { from })).body['code']).toBe('invalid_request')
  })

  test('ends with DELETE, is shown as ended, and takes no command but a PUT', async () => {
    const { put, ask } = world()
    await put('d', { when: daily })
    expect((await ask('DELETE /d')).body).toMatchObject({ status: 'ended', endedBecause: 'deleted' })
    expect((await ask('GET /d')).body).toMatchObject({ status: 'ended', next: [] })
    expect((await ask('POST /d/run')).body['code']).toBe('schedule_ended')
    expect((await put('d', { when: daily })).status).toBe(201)
  })

  test('that is deleted by an event which comes before its PUT is never made', async () => {
    const { put, ask } = world()
    const order = await ask('DELETE /cart?occurred_at=2026-11-28T12:00:00Z')
    expect(order.status).toBe(200)
    expect(order.body).toMatchObject({ id: 'cart', status: 'ended' })
    const late = await put('cart', { when: { delaySeconds: 60 }, occurredAt: '2026-11-28T11:00:00Z' })
    expect(late.body).toMatchObject({ status: 'ended', ignored: true })
    expect((await ask('GET /cart')).status).toBe(404)
  })

  test('is not deleted before its PUT under an id that no PUT may have', async () => {
    const { body } = await world().ask('DELETE /a%20b?occurred_at=2026-11-28T12:00:00Z')
    expect(body['code']).toBe('invalid_schedule')
  })

  test.each(['GET /x', 'DELETE /x', 'POST /x/pause', 'POST /x/resume', 'POST /x/run'])(
    'that does not exist: %s is 404',
    async (request) => {
      expect((await world().ask(request)).body['code']).toBe('schedule_not_found')
    },
  )
})

describe('GET /schedules', () => {
  test('gives every schedule once, a page at a time', async () => {
    const { put, ask } = world()
    const ids = Array.from({ length: 7 }, (_, n) => `s${String(n)}`)
    for (const id of ids) await put(id, { when: daily })
    const met: string[] = []
    let token: string | undefined
    do {
      const { body, headers } = await ask(`GET ?page_size=3${token === undefined ? '' : `&page_token=${token}`}`)
      met.push(...body.schedules.map(({ id }) => id))
      token = body.next_page_token
      expect(headers.get('link') === null).toBe(token === undefined)
    } while (token !== undefined)
    expect(met.sort()).toEqual(ids)
  })

  test('filters by status, agent, tag and the beginning of the id', async () => {
    const { put, ask } = world()
    await put('cart:1', { when: daily, tags: ['x'] })
    await put('cart:2', { when: daily })
    await put('plan', { when: daily, agent: 'picky', input: { n: 1 } })
    await put('gone', { when: daily })
    await ask('POST /cart:2/pause')
    await ask('DELETE /gone')
    const found = async (query: string) => (await ask(`GET ${query}`)).body.schedules.map(({ id }) => id).sort()
    expect(await found('')).toEqual(['cart:1', 'cart:2', 'plan'])
    expect(await found('?status=paused')).toEqual(['cart:2'])
    expect(await found('?status=ended')).toEqual(['gone'])
    expect(await found('?agent=picky')).toEqual(['plan'])
    expect(await found('?tag=x')).toEqual(['cart:1'])
    expect(await found('?id_prefix=cart:')).toEqual(['cart:1', 'cart:2'])
    expect((await ask('GET ?status=on')).status).toBe(400)
    expect((await ask('GET ?page_token=!')).status).toBe(400)
  })
})

describe('keys and tenants', () => {
  const bearer = (key: string) => ({ authorization: `Bearer ${key}` })

  test('a schedule belongs to its tenant alone', async () => {
    const app = world()
    const mine = bearer(await app.key('acme'))
    const theirs = bearer(await app.key('other'))
    await app.put('same', { when: daily }, mine)
    expect((await app.ask('GET /same', undefined, theirs)).status).toBe(404)
    expect((await app.ask('DELETE /same', undefined, theirs)).status).toBe(404)
    expect((await app.ask('GET ', undefined, theirs)).body.schedules).toEqual([])
    expect((await app.put('same', { when: { everySeconds: 60 } }, theirs)).status).toBe(201)
    expect((await app.ask('GET /same', undefined, mine)).body).toMatchObject({ when: daily })
  })

  test('submit is needed to change one, and read to see what it holds', async () => {
    const app = world()
    const submitter = bearer(await app.key('acme', ['submit']))
    const reader = bearer(await app.key('acme', ['read']))
    const put = await app.put('s', { when: daily, tags: ['secret'] }, submitter)
    expect(put.status).toBe(201)
    expect(Object.keys(put.body).sort()).toEqual(['changedAt', 'createdAt', 'id', 'links', 'nextFireAt', 'status'])
    expect((await app.ask('GET /s', undefined, submitter)).status).toBe(403)
    expect((await app.ask('GET ', undefined, submitter)).status).toBe(403)
    expect((await app.put('s', { when: daily }, reader)).status).toBe(403)
    for (const action of ['pause', 'resume', 'run', 'backfill'])
      expect((await app.ask(`POST /s/${action}`, undefined, reader)).status).toBe(403)
    expect((await app.ask('DELETE /s', undefined, reader)).status).toBe(403)
    expect((await app.ask('GET /s', undefined, reader)).body).toMatchObject({ tags: ['secret'] })
  })
})
