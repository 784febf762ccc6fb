import { createExecutionContext, reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { Hono } from 'hono'
import { afterAll, expect, test } from 'vitest'
import type { Env } from '#composition/cloudflare/app.ts'
import { createWorker } from '#composition/cloudflare/worker.ts'
import { defineConfig } from '#composition/config/config.ts'
import { defineAgent } from '#domain/agent/agent.ts'

afterAll(() => reset())

const slogan = defineAgent({ name: 'slogan', instructions: 'Be brief.' })
const config = defineConfig({ agents: [slogan] })

/** A Worker that was there before, with Errand below a path. */
function stranger() {
  const errand = createWorker(config, { basePath: '/tools/errand' })
  const app = new Hono<{ Bindings: Env }>()
    .get('/', (c) => c.text('The shop'))
    .all('/tools/errand/*', (c) => errand.handler.fetch(c.req.raw, c.env, c.executionCtx))
  return (path: string, init?: RequestInit) =>
    app.fetch(new Request(`http://localhost${path}`, init), env, createExecutionContext())
}

test("a stranger's Hono Worker mounts Errand beside its own routes", async () => {
  const ask = stranger()
  expect(await (await ask('/')).text()).toBe('The shop')
  expect(await (await ask('/tools/errand/agents')).json()).toMatchObject({ agents: [{ name: 'slogan' }] })
  expect((await ask('/tools/errand')).status).toBe(200)

  const body = JSON.stringify({ agent: 'slogan', input: 'wool socks' })
  const headers = { 'content-type': 'application/json' }
  const submitted = await ask('/tools/errand/jobs', { method: 'POST', body, headers })
  expect(submitted.status).toBe(202)
  const location = submitted.headers.get('location') ?? ''
  expect(location).toMatch(/^\/tools\/errand\/jobs\/job_/)
  expect(await (await ask(location)).json()).toMatchObject({ agent: 'slogan', input: 'wool socks' })
  await ask('/tools/errand/jobs', { method: 'POST', body, headers })
  const page = await ask('/tools/errand/jobs?page_size=1')
  const [, next = ''] = /<(\/tools\/errand\/jobs\?[^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '') ?? []
  expect((await ask(next)).status).toBe(200)
})

test('a tenant has the policy that the config declares', async () => {
  const other = defineAgent({ name: 'other', instructions: 'Be long.' })
  const { handler } = createWorker({ agents: [slogan, other], tenants: { default: { agents: [other] } } })
  const answer = await handler.fetch(
    new Request('http://localhost/agents'),
    env as unknown as Env,
    createExecutionContext(),
  )
  expect(await answer.json()).toMatchObject({ agents: [{ name: 'other' }] })
})

test('a request that is not below the path is answered as one that no route takes', async () => {
  const { handler } = createWorker(config, { basePath: '/errand' })
  const life = createExecutionContext()
  for (const path of ['/jobs', '/errands/jobs', '/']) {
    const answer = await handler.fetch(new Request(`http://localhost${path}`), env as unknown as Env, life)
    expect([answer.status, await answer.json()]).toMatchObject([404, { code: 'not_found' }])
  }
})

test.each(['errand', '/errand/', '/', ''])('a path that cannot be is refused: %j', (basePath) => {
  expect(() => createWorker(config, { basePath })).toThrow('must look like "/errand"')
})

test('its console is below the same path, with its links, its cookies and its jobs', async () => {
  const ask = stranger()
  const body = JSON.stringify({ agent: 'slogan', input: '<b>wool</b>' })
  const headers = { 'content-type': 'application/json' }
  const { id } = await (await ask('/tools/errand/jobs', { method: 'POST', body, headers })).json<{ id: string }>()
  const page = await ask(`/tools/errand/console/jobs/${id}`)
  const html = await page.text()
  expect(page.status).toBe(200)
  expect(html).toContain('&lt;b&gt;wool&lt;/b&gt;')
  const [, style = ''] = /<link rel="stylesheet" href="([^"]+)"/.exec(html) ?? []
  expect(style).toMatch(/^\/tools\/errand\/console\/assets\//)
  expect((await ask(style)).status).toBe(200)
  const form = { method: 'POST', headers: { 'sec-fetch-site': 'same-origin' } }
  const canceled = await ask(`/tools/errand/console/jobs/${id}/cancel`, form)
  expect(canceled.headers.get('location')).toBe(`/tools/errand/console/jobs/${id}`)
  expect(canceled.headers.get('set-cookie')).toContain('Path=/tools/errand/console')
})
