import { reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterAll, describe, expect, test } from 'vitest'
import { D1SqlDatabase } from '#adapters/cloudflare/d1-database.ts'
import { jobHome } from '#adapters/cloudflare/job-home.ts'
import { DurableObjectJobIntake } from '#adapters/cloudflare/job-intake.ts'
import type { JobNamespace } from '#adapters/cloudflare/job-stub.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { type Env, compose } from '#composition/cloudflare/app.ts'
import { createHandler } from '#composition/cloudflare/handler.ts'
import { checkContract } from '#test/support/contract-check.ts'
import { TILL, submitted } from '#test/support/fixtures.ts'
import shop from '../../examples/shop/errand.config.ts'
import { RemoteProductCatalog, type ShopBindings } from '../../examples/shop/shop-object.ts'

afterAll(() => reset())

const LOST = Object.assign(new Error('Network connection lost.'), { retryable: true })
const OVERLOADED = Object.assign(new Error('Durable Object is overloaded. Too many requests queued.'), {
  retryable: true,
  overloaded: true,
})
const RESET = new Error('Durable Object reset because its code was updated.')
const JOB = 'job_01M83QK8XSJ513P1WPKNW38GPZ'
const OPERATION = 'op_01M83QK8XSJ513P1WPKNW38GPZ'

/** An open isolate whose D1 and whose objects fail as they are told. */
async function isolate(fail: { d1?: Error; objects?: Error }) {
  let isFailing = false
  const d1Away = (): void => {
    if (isFailing && fail.d1) throw fail.d1
  }
  const JOB_INDEX = {
    prepare: (sql: string) => {
      d1Away()
      return env.JOB_INDEX.prepare(sql)
    },
    batch: (all: D1PreparedStatement[]) => env.JOB_INDEX.batch(all),
  }
  const asked: string[] = []
  const namespace = (real: { getByName(name: string): object }) => ({
    getByName: (name: string): object =>
      new Proxy(real.getByName(name), {
        get: (stub, method) => {
          asked.push(String(method))
          if (isFailing && fail.objects) return () => Promise.reject(fail.objects ?? LOST)
          return (...given: unknown[]) =>
            (stub as Record<string, (...all: unknown[]) => unknown>)[String(method)]?.(...given)
        },
      }),
  })
  const bindings = {
    ...env,
    JOB_INDEX,
    AGENT_JOB: namespace(env.AGENT_JOB),
    BULK_OPERATION: namespace(env.BULK_OPERATION),
    SCHEDULE: namespace(env.SCHEDULE),
    SCHEDULE_LIMIT: namespace(env.SCHEDULE_LIMIT),
    WEBHOOK_LOG: namespace(env.WEBHOOK_LOG),
    BATCH: namespace(env.BATCH),
    SAMPLE_SHOP: namespace(env.SAMPLE_SHOP),
  } as unknown as Env
  const catalog = new RemoteProductCatalog(() => (bindings as unknown as ShopBindings).SAMPLE_SHOP.getByName('sample'))
  const handler = createHandler((given) => compose(given, { config: shop, ports: () => ({ catalog }) }))
  const life = { waitUntil: () => undefined }
  const ask = (method: string, path: string, body?: unknown): Promise<Response> => {
    const init =
      body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
    return handler.fetch(new Request(`http://localhost${path}`, { method, ...init }), bindings, life)
  }
  expect((await ask('GET', '/readyz')).status).toBe(200)
  isFailing = true
  asked.length = 0
  return { ask, asked }
}

const submission = { agent: 'draft-writer', input: { product: 'wool-blanket' } }

async function isUnavailable(response: Response, method: string, route: string): Promise<void> {
  expect(response.status).toBe(503)
  expect(response.headers.get('retry-after')).toBe('5')
  await checkContract(method, route, response.clone())
  expect(await response.json()).toMatchObject({ code: 'storage_unavailable', retryable: true })
}

describe('a Worker whose D1 is away', () => {
  test.each([
    'D1_ERROR: Network connection lost.',
    'D1_ERROR: D1 DB is overloaded. Requests queued for too long.',
    'D1_ERROR: D1 DB storage operation exceeded timeout which caused object to be reset.',
    'D1_ERROR: database or disk is full: SQLITE_FULL',
  ])('says that it cannot be reached: %s', async (message) => {
    const { ask } = await isolate({ d1: new Error(message) })
    await isUnavailable(await ask('GET', '/jobs'), 'GET', '/jobs')
    await isUnavailable(await ask('POST', '/jobs', submission), 'POST', '/jobs')
    await isUnavailable(await ask('POST', '/operations', { action: 'cancel', filter: {} }), 'POST', '/operations')
  })

  test('or that it has been silent for too long', async () => {
    const silent = () => new Promise<never>(() => undefined)
    const statement = { bind: () => ({ all: silent, run: silent }) }
    const clock = new ManualClock()
    const db = new D1SqlDatabase({ prepare: () => statement, batch: silent } as unknown as D1Database, { clock })
    const write = { sql: 'DELETE FROM jobs', params: [] }
    const asked = [db.query('SELECT 1'), db.batch([write]), db.batch([write, write])]
    const ends = Promise.allSettled(asked)
    await clock.advance(15_000)
    const unavailable = { status: 'rejected', reason: { code: 'storage_unavailable', retryable: true } }
    expect(await ends).toMatchObject(asked.map(() => unavailable))
  })

  test('but not that of a statement which is wrong', async () => {
    const db = new D1SqlDatabase(env.JOB_INDEX)
    await expect(db.query('SELECT * FROM no_such_table')).rejects.not.toHaveProperty('code')
    await expect(db.batch([{ sql: 'INSERT INTO no_such_table VALUES (1)', params: [] }])).rejects.toThrow(
      'no such table',
    )
  })
})

describe('a Worker whose objects cannot be reached', () => {
  test.each([LOST, OVERLOADED, RESET])('says so: $message', async (error) => {
    const { ask } = await isolate({ objects: error })
    await isUnavailable(await ask('POST', '/jobs', submission), 'POST', '/jobs')
    await isUnavailable(await ask('GET', `/jobs/${JOB}`), 'GET', '/jobs/{jobId}')
    await isUnavailable(await ask('GET', `/jobs/${JOB}/events`), 'GET', '/jobs/{jobId}/events')
    await isUnavailable(await ask('POST', `/jobs/${JOB}/cancel`), 'POST', '/jobs/{jobId}/cancel')
    await isUnavailable(await ask('DELETE', `/jobs/${JOB}`), 'DELETE', '/jobs/{jobId}')
    await isUnavailable(await ask('GET', `/operations/${OPERATION}`), 'GET', '/operations/{operationId}')
    // The author's own route, over an object of their own.
    const products = await ask('GET', '/products')
    expect([products.status, await products.json()]).toMatchObject([503, { code: 'storage_unavailable' }])
  })

  test('asks once more where that does no harm and the platform says that it may help, and nowhere else', async () => {
    const lost = await isolate({ objects: LOST })
    await lost.ask('GET', `/jobs/${JOB}`)
    await lost.ask('DELETE', `/jobs/${JOB}`)
    expect(lost.asked).toEqual(['find', 'find', 'remove'])
    for (const objects of [OVERLOADED, RESET]) {
      const { ask, asked } = await isolate({ objects })
      await ask('GET', `/jobs/${JOB}`)
      expect(asked).toEqual(['find'])
    }
  })

  test('takes a job that the first try has made for its own', async () => {
    const { job, event } = submitted()
    const answers = [() => Promise.reject(LOST), () => Promise.resolve(job)]
    const objects = { getByName: () => ({ create: () => answers.shift()?.() }) } as unknown as JobNamespace
    const created = await new DurableObjectJobIntake(objects).create(job, event)
    expect(created).toEqual({ job, created: true })
  })

  test('does not hide what the object itself throws', async () => {
    const objects = { getByName: () => ({ cancel: () => Promise.reject(new TypeError('A bug.')) }) } as never
    await expect(jobHome(objects).cancelJob.execute({ tenantId: 'acme', by: TILL, jobId: JOB })).rejects.toThrow(
      'A bug.',
    )
  })
})
