import { createScheduledController, reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterAll, describe, expect, test } from 'vitest'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { defineConfig } from '#composition/config/config.ts'
import { type Env, compose } from '#composition/cloudflare/app.ts'
import { createHandler } from '#composition/cloudflare/handler.ts'
import { checkContract } from '#test/support/contract-check.ts'

afterAll(() => reset())

const SILENCE = new Promise<never>(() => undefined)
const SILENT = { bind: () => ({ all: () => SILENCE, run: () => SILENCE }) } as unknown as D1PreparedStatement

/** An isolate that has seen no request, over a D1 that does as it is told; `kept` is what outlives its requests. */
function isolate(vars: Record<string, string | undefined> = {}) {
  const clock = new ManualClock()
  const kept: Promise<unknown>[] = []
  const d1: { is: 'here' | 'away' | 'silent' } = { is: 'here' }
  const prepare = (sql: string): D1PreparedStatement => {
    if (d1.is === 'away') throw new Error('D1_ERROR: Network connection lost.')
    return d1.is === 'silent' ? SILENT : env.JOB_INDEX.prepare(sql)
  }
  const batch = (all: D1PreparedStatement[]) => (d1.is === 'silent' ? SILENCE : env.JOB_INDEX.batch(all))
  const bindings = { ...env, ...vars, JOB_INDEX: { prepare, batch } } as unknown as Env
  const life = {
    waitUntil: (work: Promise<unknown>) => {
      kept.push(work)
    },
  }
  const handler = createHandler((given) => compose(given, { config: defineConfig({ agents: [] }) }), { clock })
  return {
    clock,
    d1,
    kept,
    ask: async (path = '/healthz', headers: Record<string, string> = {}, host = 'localhost') =>
      handler.fetch(new Request(`http://${host}${path}`, { headers }), bindings, life),
    cron: () => handler.scheduled(createScheduledController(), bindings, life),
    bare: () =>
      handler.fetch(new Request('http://localhost/healthz'), { ...bindings, JOB_INDEX: undefined } as never, life),
  }
}

describe('a Worker without keys', () => {
  /** What `wrangler dev` passes on of a client that pretends to be this machine. */
  const pretending = { 'cf-connecting-ip': '127.0.0.1' }

  test.each([undefined, ''])(
    'refuses every request where ERRAND_OPEN is %j, whatever the client says',
    async (value) => {
      const { ask } = isolate({ ERRAND_OPEN: value })
      expect((await ask('/healthz')).status).toBe(200)
      for (const path of ['/jobs', '/agents', '/nothing'])
        for (const headers of [{}, pretending]) {
          const response = await ask(path, headers)
          expect(response.status).toBe(401)
          const { code, detail } = await response.json<{ code: string; detail: string }>()
          expect(code).toBe('unauthorized')
          expect(detail).toMatch(
            /no API keys, so it answers no request.*errand keys create --setting.*ERRAND_API_KEYS.*errand dev --worker/,
          )
        }
    },
  )

  test.each(['1', 'true', 'dev', 'Local-Development', ' local-development'])(
    'takes no other value: %j',
    async (value) => {
      const response = await isolate({ ERRAND_OPEN: value }).ask('/jobs')
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '60'])
    },
  )

  test('is refused where it is deployed, though ERRAND_OPEN is set', async () => {
    const { ask } = isolate()
    expect((await ask('/jobs', pretending)).status).toBe(200)
    expect((await ask('/jobs', pretending, 'errand.acme.workers.dev')).status).toBe(421)
    expect((await ask('/jobs', { 'cf-connecting-ip': '192.0.2.1' })).status).toBe(421)
    expect((await ask('/jobs', { ...pretending, 'cf-ray': '8a-ARN' })).status).toBe(421)
  })
})

describe('an isolate', () => {
  test('is opened once for all who come at once, and not by one of them alone', async () => {
    const { kept, ask } = isolate()
    const all = await Promise.all([ask(), ask(), ask()])
    expect(all.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(kept.length).toBe(1)
    await Promise.all(kept)
    expect((await ask()).status).toBe(200)
    expect(kept.length).toBe(1)
  })

  test('whose D1 a newer release has brought further answers nobody, and changes nothing', async () => {
    expect((await isolate().ask()).status).toBe(200)
    const level = (version: number) =>
      env.JOB_INDEX.prepare("UPDATE schema_versions SET version = version + ? WHERE name = 'jobs'").bind(version).run()
    await level(1)
    const { ask } = isolate()
    const response = await ask()
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ code: 'internal_error', retryable: false })
    await level(-1)
    expect((await ask()).status).toBe(200)
  })

  test('whose D1 is away at its first request says so, and opens at the next', async () => {
    const { d1, ask } = isolate()
    d1.is = 'away'
    const response = await ask('/readyz')
    await checkContract('GET', '/readyz', response)
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('5')
    expect(await response.json()).toMatchObject({ code: 'storage_unavailable', retryable: true, instance: '/readyz' })
    d1.is = 'here'
    expect((await ask('/readyz')).status).toBe(200)
  })

  test('opens at a request where the cron trigger could not open it', async () => {
    const { d1, ask, cron } = isolate()
    d1.is = 'away'
    await expect(cron()).rejects.toMatchObject({ code: 'storage_unavailable' })
    d1.is = 'here'
    expect((await ask()).status).toBe(200)
  })

  test('whose D1 says nothing lets nobody wait for longer than fifteen seconds, and opens anew after that', async () => {
    const { clock, d1, kept, ask } = isolate()
    d1.is = 'silent'
    const first = ask()
    await clock.advance(14_999)
    const second = ask()
    d1.is = 'here'
    await clock.advance(1)
    expect((await first).status).toBe(503)
    expect(kept.length).toBe(1)
    expect((await ask()).status).toBe(200)
    expect(kept.length).toBe(2)
    await clock.advance(14_999)
    expect((await second).status).toBe(503)
  })

  test('without the binding of its index throws: that is the author’s to mend', async () => {
    await expect(isolate().bare()).rejects.toThrow(TypeError)
  })
})
