import { reset, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, expect, test, vi } from 'vitest'
import { D1SqlDatabase } from '#adapters/cloudflare/d1-database.ts'
import { jobsSchema } from '#adapters/sql/jobs-table.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { compose } from '#composition/cloudflare/app.ts'
import { createHandler } from '#composition/cloudflare/handler.ts'
import { type ErrandWorker, createWorker } from '#composition/cloudflare/worker.ts'
import { defineConfig } from '#composition/config/config.ts'
import { DURABLE_OBJECTS } from '#composition/durable-objects.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import type { JobSubmitted } from '#domain/job/event.ts'
import { submitted } from '#test/support/fixtures.ts'

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
  return { asked, ask, bindings }
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

interface Alarmed {
  create(event: JobSubmitted): Promise<unknown>
  find(tenantId: string, jobId: string): Promise<{ readonly status: string } | null>
  alarm(): Promise<void>
}

/** An object of a class in a jurisdiction, with the storage of a real one. The runtime of the tests has none. */
function object(state: DurableObjectState, { of, place, wanted }: Placed) {
  Object.defineProperty(state, 'id', { value: { name: state.id.name, jurisdiction: place }, configurable: true })
  const { asked, bindings } = isolate(wanted)
  const made = new (createWorker(CONFIG)[of])(state, bindings)
  return { asked, it: made as unknown as Alarmed }
}

interface Placed {
  readonly of: Exclude<keyof ErrandWorker, 'handler'>
  readonly place?: string | undefined
  readonly wanted?: string | undefined
}

const MOVES = [
  { place: undefined, wanted: 'eu' },
  { place: 'eu', wanted: 'us' },
  { place: 'eu', wanted: undefined },
]

test.each(MOVES)(
  'a job in $place is held while the setting is $wanted, and goes on after',
  async ({ place, wanted }) => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined)
    await migrate(new D1SqlDatabase(env.JOB_INDEX), jobsSchema)
    const jobId = `job_${String(place)}_${String(wanted)}`
    const { event } = submitted({ agent: 'helper', jobId, at: Date.now() })
    await runInDurableObject(env.AGENT_JOB.getByName(jobId), async (_instance, state) => {
      const moved = object(state, { of: 'AgentJob', place, wanted })
      await moved.it.create(event)
      await state.storage.deleteAlarm()
      await moved.it.alarm()
      expect(await moved.it.find('acme', jobId)).toMatchObject({ status: 'queued' })
      expect(log).toHaveBeenCalledWith(expect.stringContaining('Work is held until ERRAND_JURISDICTION'))
      const back = object(state, { of: 'AgentJob', place, wanted: place })
      await back.it.alarm()
      expect(await back.it.find('acme', jobId)).toMatchObject({ status: 'completed' })
    })
  },
)

const CLASSES = Object.keys(DURABLE_OBJECTS) as Placed['of'][]

test.each(CLASSES)('an alarm of a %s comes again while its object is elsewhere', async (of) => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined)
  await runInDurableObject(env.CONTRACT_HOST.getByName(of), async (_instance, state) => {
    const { asked, it } = object(state, { of, wanted: 'eu' })
    await it.alarm()
    expect(await state.storage.getAlarm()).toBeGreaterThan(Date.now())
    expect(asked.size).toBe(0)
    await state.storage.deleteAlarm()
  })
})

test('a runtime without jurisdictions says so', async () => {
  const error = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const handler = createHandler((given) => compose(given, { config: CONFIG }))
  const bindings = { ...env, ERRAND_JURISDICTION: 'eu' } as never
  const { status } = await handler.fetch(new Request('http://localhost/'), bindings, { waitUntil: () => undefined })
  expect(status).toBe(503)
  expect(error).toHaveBeenCalledWith(expect.stringContaining('no jurisdictions'))
})
