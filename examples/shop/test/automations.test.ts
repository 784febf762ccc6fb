import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createNodeApp } from 'errand/node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readProducts } from '../catalog/product-file.ts'
import { SqlProductCatalog } from '../catalog/sql-product-catalog.ts'
import config from '../errand.config.ts'
import { silent } from './silent.ts'

const SECRET = 'hush'
const CHECKOUT = {
  token: 'c1',
  email: 'Eva@example.com',
  buyer_accepts_marketing: true,
  customer_locale: 'sv-SE',
  abandoned_checkout_url: 'https://lin.example/c/1',
  line_items: [{ title: 'Förkläde', quantity: 1 }],
}

/** As a server on this machine hands a request over. */
const CONNECTION = { incoming: { socket: { remoteAddress: '127.0.0.1' } } }

type Json = Record<string, unknown>

let app: Awaited<ReturnType<typeof createNodeApp>>
const dataDir = mkdtempSync(join(tmpdir(), 'errand-shop-'))

beforeAll(async () => {
  const env = {
    ERRAND_DATA_DIR: dataDir,
    ERRAND_OPEN: 'local-development',
    SHOP_WEEKLY_CAMPAIGN: 'on',
    SHOPIFY_WEBHOOK_SECRET: SECRET,
  }
  app = await createNodeApp(config, {
    env,
    ports: ({ database }) => ({
      catalog: new SqlProductCatalog({ products: readProducts({}, silent), database, now: Date.now }),
    }),
  })
  await app.start()
})

afterAll(async () => {
  await app.close()
  rmSync(dataDir, { recursive: true })
})

async function call(method: string, path: string, body?: Json): Promise<Json> {
  const headers = { 'content-type': 'application/json' }
  const request = new Request(`http://localhost${path}`, {
    method,
    headers,
    ...(body && { body: JSON.stringify(body) }),
  })
  const answer = await app.fetch(request, CONNECTION)
  const text = await answer.text()
  return text === '' ? { status: answer.status } : (JSON.parse(text) as Json)
}

async function deliver(topic: string, payload: Json): Promise<Json> {
  const body = JSON.stringify(payload)
  const headers = {
    'x-shopify-topic': topic,
    'x-shopify-event-id': `${topic}:${body.length.toString()}`,
    'x-shopify-hmac-sha256': createHmac('sha256', SECRET).update(body).digest('base64'),
  }
  const request = new Request('http://localhost/webhooks/shopify', { method: 'POST', body, headers })
  const answer = await app.fetch(request, CONNECTION)
  return (await answer.json()) as Json
}

/** The job as it is when it has that status. */
async function until(status: string, path: string): Promise<Json> {
  await expect.poll(async () => (await call('GET', path))['status'], { timeout: 150_000 }).toBe(status)
  return call('GET', path)
}

async function runNow(cart: string): Promise<string> {
  const { jobId } = await call('POST', `/schedules/cart:${cart}/run`)
  return `/jobs/${String(jobId)}`
}

test('the week is planned each Monday at seven, and its campaign is proposed', async () => {
  expect(await call('GET', '/schedules/weekly-campaign')).toMatchObject({
    agent: 'campaign-planner',
    declaredBy: 'code',
    when: { cron: '0 7 * * 1', timeZone: 'Europe/Stockholm' },
  })
  const { jobId } = await call('POST', '/schedules/weekly-campaign/run')
  await until('completed', `/jobs/${String(jobId)}`)
  const { proposals } = (await call('GET', `/proposals?job=${String(jobId)}`)) as { proposals: Json[] }
  expect(proposals).toMatchObject([{ status: 'proposed', before: null, after: { banner: { title: 'Veckans urval' } } }])
  expect(await call('GET', '/campaigns')).toMatchObject({ campaigns: [] })
  const proposal = `/proposals/${String(proposals[0]?.['id'])}`
  await call('POST', `${proposal}/approve`, {})
  await call('POST', `${proposal}/apply`, {})
  await until('applied', proposal)
  expect(await call('GET', '/campaigns')).toMatchObject({ campaigns: [{ banner: { title: 'Veckans urval' } }] })
})

test('a description is proposed in Swedish, applied, translated from it, and undone', async () => {
  const propose = async (language: string): Promise<string> => {
    const { id } = await call('POST', '/jobs', {
      agent: 'product-copywriter',
      input: { product: 'linen-apron', language },
    })
    await until('completed', `/jobs/${String(id)}`)
    const { proposals } = (await call('GET', `/proposals?job=${String(id)}`)) as { proposals: Json[] }
    expect(proposals).toMatchObject([{ status: 'proposed', target: `product:linen-apron:description:${language}` }])
    return `/proposals/${String(proposals[0]?.['id'])}`
  }
  const swedish = await propose('sv')
  const before = (await call('GET', swedish))['before']
  await call('POST', `${swedish}/approve`, {})
  await call('POST', `${swedish}/apply`, {})
  await until('applied', swedish)
  const { after } = await call('GET', swedish)
  expect(await call('GET', '/products/linen-apron')).toMatchObject({ descriptions: { sv: after, en: null } })
  const english = await propose('en')
  expect((await call('GET', english))['before']).toBeNull()
  await call('POST', `${swedish}/undo`, {})
  await until('undone', swedish)
  const again = await call('GET', await propose('sv'))
  expect(again['before']).toBe(before)
})

test('an abandoned cart gets one message, when a person has approved it', async () => {
  await deliver('checkouts/update', CHECKOUT)
  expect(await call('GET', '/schedules/cart:c1')).toMatchObject({ when: { delaySeconds: 3600 }, status: 'active' })
  const job = await runNow('c1')
  const { waiting } = (await until('waiting', job)) as { waiting: { calls: { callId: string }[] } }
  expect(await call('GET', '/messages')).toMatchObject({ messages: [] })
  await call('POST', `${job}/calls/${String(waiting.calls[0]?.callId)}/resolve`, { outcome: 'approved' })
  await until('completed', job)
  expect(await call('GET', '/messages')).toMatchObject({ messages: [{ to: 'eva@example.com' }] })
})

test('no message is drafted to an address that has unsubscribed', async () => {
  await deliver('checkouts/update', { ...CHECKOUT, token: 'c22', email: 'ada@example.com' })
  expect(await call('POST', '/unsubscribed', { email: 'ADA@example.com' })).toEqual({ status: 204 })
  const { report } = (await until('completed', await runNow('c22'))) as { report: { toolCalls: Json[] } }
  expect(report.toolCalls.map(({ name }) => name)).toEqual(['may_write_to'])
})

test('a cart whose order came has no follow-up, and one without consent never had one', async () => {
  await deliver('checkouts/update', { ...CHECKOUT, token: 'c333' })
  await deliver('orders/create', { id: 1, checkout_token: 'c333' })
  expect(await call('GET', '/schedules/cart:c333')).toMatchObject({ status: 'ended' })
  await deliver('checkouts/update', { ...CHECKOUT, token: 'c4444', buyer_accepts_marketing: false })
  expect(await call('GET', '/schedules/cart:c4444')).toMatchObject({ status: 404 })
})
