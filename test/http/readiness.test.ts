import { describe, expect, test } from 'vitest'
import type { StorageProbe } from '#ports/storage-probe.ts'
import { ListedModel } from '#test/support/script.ts'
import { type TestApp, testApp } from '#test/support/test-app.ts'

/** A storage that is there, away or silent, as it is told; and how often it was read. */
class Storage implements StorageProbe {
  reads = 0
  state: 'there' | 'away' | 'silent' = 'there'

  read(): Promise<void> {
    this.reads++
    if (this.state === 'silent') return new Promise(() => undefined)
    return this.state === 'there'
      ? Promise.resolve()
      : Promise.reject(new Error('connect ECONNREFUSED db.internal:5432'))
  }
}

function scene() {
  const storage = new Storage()
  const app = testApp([], new ListedModel(), { storage })
  return { storage, app, ask: () => app.http.request('/readyz') }
}

/** What is asked of the app has come to its storage. */
async function arrived(app: TestApp): Promise<void> {
  await app.http.request('/healthz')
  await app.clock.advance(0)
}

describe('GET /readyz', () => {
  test('answers 200 while the storage can be reached', async () => {
    const response = await testApp([], new ListedModel()).http.request('/readyz')
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ status: 'ready' })
  })

  test('answers 503 while it cannot, and tells nobody where it is', async () => {
    const { storage, ask } = scene()
    storage.state = 'away'
    const response = await ask()
    expect(response.status).toBe(503)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(response.headers.get('retry-after')).toBe('5')
    const body = await response.text()
    expect(JSON.parse(body)).toMatchObject({ code: 'storage_unavailable', retryable: true, instance: '/readyz' })
    expect(body).not.toMatch(/db\.internal|ECONNREFUSED/)
  })

  test('waits two seconds for a storage that says nothing', async () => {
    const { storage, app, ask } = scene()
    storage.state = 'silent'
    const answers: number[] = []
    const asked = ask().then(({ status }) => answers.push(status))
    await arrived(app)
    await app.clock.advance(1999)
    expect(answers).toEqual([])
    await app.clock.advance(1)
    await asked
    expect(answers).toEqual([503])
  })

  test('reads once for all who ask at once and within a second, and anew after that', async () => {
    const { storage, app, ask } = scene()
    const all = await Promise.all(Array.from({ length: 50 }, ask))
    expect(all.every(({ status }) => status === 200)).toBe(true)
    storage.state = 'away'
    await app.clock.advance(999)
    expect((await ask()).status).toBe(200)
    expect(storage.reads).toBe(1)
    await app.clock.advance(1)
    expect((await ask()).status).toBe(503)
    expect(storage.reads).toBe(2)
  })

  test('begins no other read while one is silent, until that one is taken for lost', async () => {
    const { storage, app, ask } = scene()
    storage.state = 'silent'
    const first = ask()
    await arrived(app)
    await app.clock.advance(14_999)
    const second = ask()
    await arrived(app)
    expect(storage.reads).toBe(1)
    storage.state = 'there'
    await app.clock.advance(1)
    expect((await ask()).status).toBe(200)
    expect(storage.reads).toBe(2)
    await app.clock.advance(2000)
    expect([(await first).status, (await second).status]).toEqual([503, 503])
  })

  test('is logged when it changes, and not with every answer', async () => {
    const { storage, app, ask } = scene()
    const lines = () => app.logger.lines.map(({ message }) => message)
    await ask()
    expect(lines()).toEqual([])
    storage.state = 'away'
    for (let times = 0; times < 3; times++) {
      await app.clock.advance(1000)
      await ask()
    }
    expect(lines()).toEqual(['This server is not ready.'])
    storage.state = 'there'
    await app.clock.advance(1000)
    await ask()
    expect(lines()[1]).toBe('This server is ready again.')
  })

  test('answers 503 from when the process is told to stop, and asks nobody', async () => {
    const { storage, app, ask } = scene()
    app.stop()
    const response = await ask()
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ code: 'stopping', retryable: true })
    expect(storage.reads).toBe(0)
    expect((await app.http.request('/healthz')).status).toBe(200)
  })
})
