import { createScheduledController, reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterAll, describe, expect, test } from 'vitest'
import { ManualClock } from '#adapters/memory/manual-clock.ts'
import { agents } from '#composition/agents.ts'
import { type Env, compose } from '#composition/cloudflare-app.ts'
import { createHandler } from '#composition/cloudflare-handler.ts'
import { checkContract } from '#test/support/contract-check.ts'

afterAll(() => reset())

const SILENCE = new Promise<never>(() => undefined)
const SILENT = { bind: () => ({ all: () => SILENCE, run: () => SILENCE }) } as unknown as D1PreparedStatement

/** An isolate that has seen no request, over a D1 that does as it is told; `kept` is what outlives its requests. */
function isolate() {
  const clock = new ManualClock()
  const kept: Promise<unknown>[] = []
  const d1: { is: 'here' | 'away' | 'silent' } = { is: 'here' }
  const prepare = (sql: string): D1PreparedStatement => {
    if (d1.is === 'away') throw new Error('D1_ERROR: Network connection lost.')
    return d1.is === 'silent' ? SILENT : env.JOB_INDEX.prepare(sql)
  }
  const batch = (all: D1PreparedStatement[]) => (d1.is === 'silent' ? SILENCE : env.JOB_INDEX.batch(all))
  const bindings = { ...env, JOB_INDEX: { prepare, batch } } as unknown as Env
  const life = {
    waitUntil: (work: Promise<unknown>) => {
      kept.push(work)
    },
  }
  const handler = createHandler((given) => compose(given, agents), clock)
  return {
    clock,
    d1,
    kept,
    ask: async (path = '/healthz') => handler.fetch(new Request(`http://localhost${path}`), bindings, life),
    cron: () => handler.scheduled(createScheduledController(), bindings, life),
    bare: () =>
      handler.fetch(new Request('http://localhost/healthz'), { ...bindings, JOB_INDEX: undefined } as never, life),
  }
}

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
