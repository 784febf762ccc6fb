import { describe, expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { ListedModel, answer } from '#test/support/script.ts'
import { type TestApp, testApp } from '#test/support/test-app.ts'

const writer = defineAgent({ name: 'writer', instructions: '' })

interface Page {
  readonly jobs: readonly { readonly id: string; readonly status: string; readonly stopReason: string | null }[]
  readonly next_page_token?: string
}

async function submit({ post }: TestApp, fields: object = {}): Promise<string> {
  return ((await (await post('/jobs', { agent: 'writer', input: 1, ...fields })).json()) as { id: string }).id
}

async function list({ http }: TestApp, query = ''): Promise<Page> {
  return (await (await http.request(`/jobs${query}`)).json()) as Page
}

describe('GET /jobs', () => {
  test('finds by tag, batch, status and time, and gives back what was said of a job', async () => {
    const app = testApp([writer], new ListedModel(answer('Hej!')))
    const a = await submit(app, { tags: ['red', 'big'], batch: 'x', metadata: { order: '1' } })
    await app.clock.advance(1000)
    const b = await submit(app, { tags: ['red'] })
    await app.execute(a)
    const ids = async (query: string) => (await list(app, query)).jobs.map(({ id }) => id)
    expect(await ids('?tag=red')).toEqual([b, a])
    expect(await ids('?batch=x')).toEqual([a])
    expect(await ids('?status=queued')).toEqual([b])
    expect(await ids('?status=completed,queued&agent=writer')).toEqual([b, a])
    expect(await ids('?created_after=2096-10-02T07:06:41Z')).toEqual([b])
    expect(await ids('?created_before=2096-10-02T08:06:41%2B01:00')).toEqual([a])
    expect((await list(app, '?batch=x')).jobs[0]).toMatchObject({
      tags: ['red', 'big'],
      metadata: { order: '1' },
      status: 'completed',
    })
    expect(await (await app.http.request(`/jobs/${a}`)).json()).toMatchObject({
      tags: ['red', 'big'],
      metadata: { order: '1' },
      batch: 'x',
    })
  })

  test('finds and counts answers that were cut off, and says why', async () => {
    const app = testApp([writer], new ListedModel({ ...answer('Linen'), finishReason: 'length' }, answer('Hej!')))
    const [cut, whole] = [await submit(app), await submit(app)]
    for (const id of [cut, whole]) await app.execute(id)
    const reasons = (await list(app)).jobs.map((job) => job.stopReason)
    expect(reasons.toSorted()).toEqual(['finished', 'length'])
    for (const query of ['?stop_reason=early', '?stop_reason=length']) {
      expect((await list(app, query)).jobs.map(({ id }) => id)).toEqual([cut])
      expect(await (await app.http.request(`/jobs/counts${query}`)).json()).toMatchObject({ total: 1 })
    }
    expect((await list(app, '?stop_reason=other')).jobs).toEqual([])
    const removal = await app.post('/operations', { action: 'delete', filter: { stopReason: 'early' } })
    expect(await removal.json()).toMatchObject({ total: 1, filter: { stopReason: 'early' } })
  })

  test('a walk by its links meets every job once while others are submitted', async () => {
    const app = testApp([writer], new ListedModel())
    const before = new Set<string>()
    for (let n = 0; n < 7; n++) before.add(await submit(app))
    const met: string[] = []
    let path: string | undefined = '/jobs?page_size=2&agent=writer'
    while (path !== undefined) {
      const response: Response = await app.http.request(path)
      const page = (await response.json()) as Page
      met.push(...page.jobs.map(({ id }) => id))
      path = /^<(.*)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1]
      expect(path === undefined).toBe(page.next_page_token === undefined)
      await app.clock.advance(10)
      await submit(app)
    }
    expect(met).toHaveLength(7)
    expect(new Set(met)).toEqual(before)
  })

  test.each([
    '?page_size=0',
    '?page_size=201',
    '?page_size=two',
    '?status=done',
    '?stop_reason=finished',
    '?status=queued,',
    '?created_after=yesterday',
    '?page_token=nonsense',
    '?page_token=!',
    '?tag=',
    '?tga=red',
    '?tag=a&tag=b',
  ])('%s is refused', async (query) => {
    const app = testApp([writer], new ListedModel())
    for (const path of ['/jobs', '/jobs/counts']) expect((await app.http.request(path + query)).status).toBe(400)
  })

  test.each([
    ['created_before', '9999-12-31T23:59:59-23:59', 1],
    ['created_after', '9999-12-31T23:59:59-23:59', 0],
    ['created_before', '0000-01-01T00:00:00+23:59', 0],
    ['created_after', '0000-01-01T00:00:00+23:59', 1],
  ])('%s %s is a time like any other', async (name, time, total) => {
    const app = testApp([writer], new ListedModel())
    await submit(app)
    const counts = await app.http.request(`/jobs/counts?${name}=${encodeURIComponent(time)}`)
    expect(await counts.json()).toMatchObject({ total })
    const camel = name.replace('_b', 'B').replace('_a', 'A')
    const operation = await app.post('/operations', { action: 'cancel', filter: { [camel]: time } })
    expect(await operation.json()).toMatchObject({ total })
  })

  test('counts by status', async () => {
    const app = testApp([writer], new ListedModel(answer('Hej!')))
    await app.execute(await submit(app, { tags: ['red'] }))
    await submit(app)
    const counts = { queued: 1, running: 0, waiting: 0, completed: 1, failed: 0, canceled: 0 }
    expect(await (await app.http.request('/jobs/counts')).json()).toMatchObject({ counts, total: 2 })
    expect(await (await app.http.request('/jobs/counts?tag=red')).json()).toMatchObject({ total: 1 })
  })
})

describe('POST /operations', () => {
  const start = async (app: TestApp, body: object, headers: Record<string, string> = {}) =>
    app.post('/operations', body, { 'content-type': 'application/json', ...headers })

  test('cancels every unfinished job that fits, and tells how far it has come', async () => {
    const app = testApp([writer], new ListedModel(answer('Hej!')))
    const done = await submit(app, { tags: ['red'] })
    await app.execute(done)
    const red: string[] = []
    for (let n = 0; n < 120; n++) red.push(await submit(app, { tags: ['red'] }))
    const blue = await submit(app)
    const response = await start(app, { action: 'cancel', filter: { tag: 'red' } })
    expect(response.status).toBe(202)
    const { id } = (await response.json()) as { id: string }
    expect(response.headers.get('location')).toBe(`/operations/${id}`)
    const later = await submit(app, { tags: ['red'] }).then(async (job) => {
      await app.clock.advance(1)
      return job
    })
    await app.operate(id)
    expect(await (await app.http.request(`/operations/${id}`)).json()).toMatchObject({ status: 'completed', done: 121 })
    expect((await list(app, '?status=canceled&page_size=200')).jobs).toHaveLength(121)
    expect((await list(app, '?status=queued')).jobs.map((job) => job.id)).toEqual([blue])
    expect((await list(app, '?status=completed')).jobs.map((job) => job.id)).toEqual([done])
    expect(red).not.toContain(later)
  })

  test('leaves alone what is submitted after it', async () => {
    const app = testApp([writer], new ListedModel())
    await submit(app)
    const { id } = (await (await start(app, { action: 'cancel', filter: {} })).json()) as { id: string }
    await app.clock.advance(1)
    const later = await submit(app)
    await app.operate(id)
    expect((await list(app, '?status=queued')).jobs.map((job) => job.id)).toEqual([later])
  })

  test('retries failed jobs, each once however often it is carried out, as jobs that say what they repeat', async () => {
    const app = testApp([writer], new ListedModel(new Error('broken'), new Error('broken')))
    const failed = [await submit(app, { tags: ['red'], metadata: { order: '7' } }), await submit(app)]
    for (const id of failed) await app.execute(id)
    const { id } = (await (await start(app, { action: 'retry', filter: {} }, { 'idempotency-key': 'k' })).json()) as {
      id: string
    }
    await app.operate(id)
    await app.operate(id)
    const { jobs } = await list(app, '?status=queued')
    expect(jobs).toHaveLength(2)
    const retried = await Promise.all(
      jobs.map(async (job) => (await app.http.request(`/jobs/${job.id}`)).json() as Promise<unknown>),
    )
    expect(retried.map((job) => (job as { retryOf: string }).retryOf).sort()).toEqual([...failed].sort())
    expect(retried).toContainEqual(expect.objectContaining({ tags: ['red'], metadata: { order: '7' } }))
  })

  test('the same key is the same operation', async () => {
    const app = testApp([writer], new ListedModel())
    const headers = { 'idempotency-key': 'k' }
    const first = (await (await start(app, { action: 'cancel', filter: {} }, headers)).json()) as { id: string }
    await app.clock.advance(1000)
    const again = await start(app, { action: 'cancel', filter: {} }, headers)
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(((await again.json()) as { id: string }).id).toBe(first.id)
    expect((await start(app, { action: 'retry', filter: {} }, headers)).status).toBe(422)
  })

  test.each([{ action: 'purge', filter: {} }, { action: 'cancel' }, { action: 'cancel', filter: { tga: 'x' } }])(
    '%j is refused',
    async (body) => {
      expect((await start(testApp([writer], new ListedModel()), body)).status).toBe(400)
    },
  )
})

describe('POST /jobs/{id}/retry', () => {
  test('submits the work of a failed job again, and of no other', async () => {
    const app = testApp([writer], new ListedModel(new Error('broken'), answer('Hej!')))
    const id = await submit(app, { tags: ['red'] })
    const retry = () => app.post(`/jobs/${id}/retry`, '', { 'idempotency-key': 'again' })
    expect((await retry()).status).toBe(409)
    await app.execute(id)
    const job = (await (await retry()).json()) as { id: string }
    expect(job).toMatchObject({ retryOf: id, tags: ['red'], status: 'queued' })
    expect(((await (await retry()).json()) as { id: string }).id).toBe(job.id)
    await app.execute(job.id)
    expect((await app.post(`/jobs/${job.id}/retry`, '', {})).status).toBe(409)
  })
})

describe('DELETE /jobs/{id}', () => {
  test('deletes a finished job and nothing else', async () => {
    const app = testApp([writer], new ListedModel(answer('Hej!')))
    const id = await submit(app)
    const remove = () => app.http.request(`/jobs/${id}`, { method: 'DELETE' })
    const early = await remove()
    expect(early.status).toBe(409)
    expect(await early.json()).toMatchObject({ code: 'job_not_finished' })
    await app.execute(id)
    expect((await remove()).status).toBe(204)
    expect((await remove()).status).toBe(404)
    expect((await list(app)).jobs).toEqual([])
  })

  test('a job is deleted when it has been kept for as long as its submitter, or else its tenant, wanted', async () => {
    const app = testApp([writer], new ListedModel(answer('1'), answer('2')), { policy: { retainMs: 5000 } })
    const [short, usual] = [await submit(app), await submit(app, { retentionSeconds: 60 })]
    for (const id of [short, usual]) await app.execute(id)
    const job = (await (await app.http.request(`/jobs/${usual}`)).json()) as { finishedAt: string; expiresAt: string }
    expect(Date.parse(job.expiresAt) - Date.parse(job.finishedAt)).toBe(60_000)
    await app.clock.advance(4999)
    expect(await app.expire(short)).toBe(false)
    await app.clock.advance(1)
    expect([await app.expire(short), await app.expire(usual)]).toEqual([true, false])
    expect((await list(app)).jobs.map(({ id }) => id)).toEqual([usual])
  })
})
