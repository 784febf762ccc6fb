import { describe, expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { ListedModel, answer } from '#test/support/script.ts'
import { type TestApp, testApp } from '#test/support/test-app.ts'

const writer = defineAgent({ name: 'writer', instructions: '' })
const json = { 'content-type': 'application/json' }

interface Body {
  readonly id: string
  readonly status: string
}

/** Until somebody waits. */
async function listening({ feed }: TestApp): Promise<void> {
  while (feed.size === 0) await new Promise((resolve) => setImmediate(resolve))
}

async function submit({ post }: TestApp): Promise<string> {
  return ((await (await post('/jobs', { agent: 'writer', input: 1 })).json()) as Body).id
}

describe('GET /jobs/{id}?wait=N', () => {
  test('answers as soon as the job is finished', async () => {
    const app = testApp([writer], new ListedModel(answer('Hej!')))
    const id = await submit(app)
    const waiting = app.http.request(`/jobs/${id}?wait=60`)
    await listening(app)
    await app.execute(id)
    expect(await (await waiting).json()).toMatchObject({ id, status: 'completed' })
    expect(app.feed.size).toBe(0)
  })

  test('shows the job as it stands when the time is up, and nobody keeps listening', async () => {
    const app = testApp([writer], new ListedModel())
    const id = await submit(app)
    const waiting = app.http.request(`/jobs/${id}?wait=5`)
    await listening(app)
    await app.clock.advance(5000)
    expect(await (await waiting).json()).toMatchObject({ id, status: 'queued' })
    expect(app.feed.size).toBe(0)
    expect(app.clock.nextAt()).toBeNull()
  })

  test('does not wait for a finished job, nor for one that is not there', async () => {
    const app = testApp([writer], new ListedModel(answer('Hej!')))
    const id = await submit(app)
    await app.execute(id)
    expect((await app.http.request(`/jobs/${id}?wait=60`)).status).toBe(200)
    expect((await app.http.request('/jobs/job_1?wait=60')).status).toBe(404)
  })

  test('a caller who leaves stops the waiting, and nothing else', async () => {
    const app = testApp([writer], new ListedModel(answer('Hej!')))
    const id = await submit(app)
    const leaving = new AbortController()
    const waiting = app.http.request(`/jobs/${id}?wait=60`, { signal: leaving.signal })
    await listening(app)
    leaving.abort()
    await waiting
    expect(app.feed.size).toBe(0)
    await app.execute(id)
    expect(await (await app.http.request(`/jobs/${id}`)).json()).toMatchObject({ status: 'completed' })
  })

  test.each(['61', '-1', '1.5', 'long', '', '0x5', ' 5'])('wait=%s is refused', async (wait) => {
    const app = testApp([writer], new ListedModel())
    const id = await submit(app)
    expect((await app.http.request(`/jobs/${id}?wait=${encodeURIComponent(wait)}`)).status).toBe(400)
  })
})

describe('Prefer: wait=N', () => {
  test('answers 200 with the finished job, and says that it has waited', async () => {
    const app = testApp([writer], new ListedModel(answer('Hej!')))
    const headers = { ...json, prefer: 'respond-async, wait=30', 'idempotency-key': 'k' }
    const waiting = app.post('/jobs', { agent: 'writer', input: 1 }, headers)
    const id = await idUnder(app)
    await app.execute(id)
    const response = await waiting
    expect(response.status).toBe(200)
    expect(response.headers.get('preference-applied')).toBe('wait=30')
    expect(response.headers.get('location')).toBe(`/jobs/${id}`)
    expect(await response.json()).toMatchObject({ id, status: 'completed' })
  })

  test('answers 202 when the time was too short, and the job goes on', async () => {
    const app = testApp([writer], new ListedModel(answer('Hej!')))
    const waiting = app.post(
      '/jobs',
      { agent: 'writer', input: 1 },
      { ...json, prefer: 'wait=2', 'idempotency-key': 'k' },
    )
    const id = await idUnder(app)
    await app.clock.advance(2000)
    const response = await waiting
    expect(response.status).toBe(202)
    expect(response.headers.get('preference-applied')).toBe('wait=2')
    await app.execute(id)
    expect(await (await app.http.request(`/jobs/${id}`)).json()).toMatchObject({ status: 'completed' })
  })

  test('waits no longer than a minute, and says so', async () => {
    const app = testApp([writer], new ListedModel())
    const headers = { ...json, prefer: 'wait=9999', 'idempotency-key': 'k' }
    const waiting = app.post('/jobs', { agent: 'writer', input: 1 }, headers)
    await idUnder(app)
    await app.clock.advance(60_000)
    expect((await waiting).headers.get('preference-applied')).toBe('wait=60')
  })

  test('a preference that is not understood is none', async () => {
    const app = testApp([writer], new ListedModel())
    const response = await app.post('/jobs', { agent: 'writer', input: 1 }, { ...json, prefer: 'wait=soon; x' })
    expect(response.status).toBe(202)
    expect(response.headers.get('preference-applied')).toBeNull()
  })

  /** The id of the one job there is, as soon as somebody waits for it. */
  async function idUnder(app: TestApp): Promise<string> {
    await listening(app)
    const { jobs } = (await (await app.http.request('/jobs')).json()) as { jobs: Body[] }
    return jobs[0]?.id ?? ''
  }
})

describe('ETag', () => {
  test('a caller who has this version is told so without a body', async () => {
    const app = testApp([writer], new ListedModel(answer('Hej!')))
    const id = await submit(app)
    const etag = (await app.http.request(`/jobs/${id}`)).headers.get('etag') ?? ''
    expect(etag).toMatch(/^"[0-9A-Z]{26}\.\d+"$/)
    const ask = (known: string) => app.http.request(`/jobs/${id}`, { headers: { 'if-none-match': known } })
    for (const known of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      const response = await ask(known)
      expect(response.status).toBe(304)
      expect(response.headers.get('etag')).toBe(etag)
      expect(await response.text()).toBe('')
    }
    expect((await ask('"x"')).status).toBe(200)
    await app.execute(id)
    expect((await ask(etag)).status).toBe(200)
  })

  test('comes with the job wherever it is shown', async () => {
    const app = testApp([writer], new ListedModel(answer('Hej!')))
    const isCurrent = async (response: Response) => {
      const { id } = (await response.json()) as Body
      const headers = { 'if-none-match': response.headers.get('etag') ?? 'none' }
      return (await app.http.request(`/jobs/${id}`, { headers })).status === 304
    }
    const headers = { ...json, 'idempotency-key': 'k' }
    const submit = (more: Record<string, string> = {}) =>
      app.post('/jobs', { agent: 'writer', input: 1 }, { ...headers, ...more })
    const submitted = await submit()
    const { id } = (await submitted.clone().json()) as Body
    expect([submitted.status, await isCurrent(submitted.clone())]).toEqual([202, true])
    await app.execute(id)
    expect(await isCurrent(submitted)).toBe(false)
    const done = await submit({ prefer: 'wait=10' })
    expect([done.status, await isCurrent(done)]).toEqual([200, true])
    const other = await submit({ 'idempotency-key': 'other' })
    const { id: otherId } = (await other.json()) as Body
    expect(await isCurrent(await app.post(`/jobs/${otherId}/cancel`, '', {}))).toBe(true)
  })
})
