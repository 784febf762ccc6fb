import { reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, expect, test, vi } from 'vitest'
import { compose } from '#composition/cloudflare/app.ts'
import { createHandler } from '#composition/cloudflare/handler.ts'
import { defineConfig } from '#composition/config/config.ts'
import { DURABLE_OBJECTS } from '#composition/durable-objects.ts'
import { defineAgent } from '#domain/agent/agent.ts'

afterEach(async () => {
  vi.restoreAllMocks()
  await reset()
})

const CONFIG = defineConfig({ agents: [defineAgent({ name: 'helper', instructions: 'Help.' })] })
const post = (body: string) => ({ method: 'POST', headers: { 'content-type': 'application/json' }, body })
const SUBMIT = post('{"agent":"helper","input":"hi"}')
/** Its entry in D1 is written before it is answered. */
const PUT = { ...post('{"agent":"helper","input":"hi","when":{"everySeconds":900}}'), method: 'PUT' }

const real = env as unknown as Record<string, { getByName(name: string): unknown }>

/** A new isolate of a Worker. `asked` holds where it looks for objects: the runtime of the tests has no jurisdictions. */
function isolate(jurisdiction?: string) {
  const asked = new Set<string>()
  const from = (place: string, binding: string) => ({
    getByName: (name: string): unknown => {
      asked.add(place)
      return real[binding]?.getByName(name)
    },
  })
  const namespaces = Object.values(DURABLE_OBJECTS).map((binding) => {
    const located = { ...from('anywhere', binding), jurisdiction: (name: string) => from(name, binding) }
    return [binding, located] as const
  })
  const bindings = { ...env, ...Object.fromEntries(namespaces), ERRAND_JURISDICTION: jurisdiction }
  const handler = createHandler((given) => compose(given, { config: CONFIG }))
  const ask = (path: string, init?: RequestInit) =>
    handler.fetch(new Request(`http://localhost${path}`, init), bindings, { waitUntil: () => undefined })
  return { asked, ask }
}

test('every object is in the jurisdiction that is set', async () => {
  const { ask, asked } = isolate('eu')
  expect((await ask('/jobs', SUBMIT)).status).toBe(202)
  expect((await ask('/schedules/plan', PUT)).status).toBe(201)
  expect((await ask('/batches', post('{"agent":"helper"}'))).status).toBe(201)
  expect((await ask('/operations', post('{"action":"cancel","filter":{}}'))).status).toBe(202)
  expect([...asked]).toEqual(['eu'])
})

test('without the setting, the platform chooses', async () => {
  const { ask, asked } = isolate()
  expect((await ask('/jobs', SUBMIT)).status).toBe(202)
  expect([...asked]).toEqual(['anywhere'])
})

test.each([
  {
    is: 'set',
    before: undefined,
    after: 'eu',
    why: /stored in no jurisdiction.*not be found in the jurisdiction "eu"\. Remove/,
  },
  { is: 'another', before: 'eu', after: 'us', why: /stored in the jurisdiction "eu".*Set ERRAND_JURISDICTION to "eu"/ },
  {
    is: 'removed',
    before: 'eu',
    after: undefined,
    why: /stored in the jurisdiction "eu".*not be found in no jurisdiction/,
  },
])('where records are stored, a jurisdiction that is $is is refused', async ({ before, after, why }) => {
  const error = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  expect((await isolate(before).ask('/schedules/plan', PUT)).status).toBe(201)
  const changed = isolate(after)
  expect((await changed.ask('/schedules/plan')).status).toBe(503)
  expect(error).toHaveBeenCalledWith(expect.stringMatching(why))
  expect(changed.asked.size).toBe(0)
  expect((await isolate(before).ask('/schedules/plan')).status).toBe(200)
})

test('where nothing is stored yet, it may change', async () => {
  for (const name of ['eu', 'us', undefined]) expect((await isolate(name).ask('/agents')).status).toBe(200)
})

test('a runtime without jurisdictions says so', async () => {
  const error = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const handler = createHandler((given) => compose(given, { config: CONFIG }))
  const bindings = { ...env, ERRAND_JURISDICTION: 'eu' } as never
  const { status } = await handler.fetch(new Request('http://localhost/'), bindings, { waitUntil: () => undefined })
  expect(status).toBe(503)
  expect(error).toHaveBeenCalledWith(expect.stringContaining('no jurisdictions'))
})
