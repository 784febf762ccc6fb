import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type HttpBindings, serve } from '@hono/node-server'
import { Hono } from 'hono'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { defineConfig } from '#composition/config/config.ts'
import type { NodeApp, NodeAppOptions } from '#composition/node/mount.ts'
import { createNodeApp } from '#composition/serve.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { eventually } from '#test/support/eventually.ts'

const config = defineConfig({ agents: [defineAgent({ name: 'slogan', instructions: 'Be brief.' })] })
const OPEN = { ERRAND_OPEN: 'local-development' }
const closing: (() => unknown)[] = []
let dataDir: string

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'errand-mounted-'))
})

afterEach(async () => {
  for (const close of closing.splice(0)) await close()
  rmSync(dataDir, { recursive: true })
})

async function open(env: object, options: Partial<NodeAppOptions> = {}): Promise<NodeApp> {
  const app = await createNodeApp(config, { env: { ERRAND_DATA_DIR: dataDir, ...env }, ...options })
  closing.unshift(() => app.close())
  return app
}

/** A server that was there before, with Errand below a path. */
async function stranger(errand: NodeApp): Promise<string> {
  const app = new Hono<{ Bindings: HttpBindings }>()
    .get('/', (c) => c.text('The shop'))
    .all('/errand/*', (c) => errand.fetch(c.req.raw, c.env))
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' })
  closing.unshift(() => server.close())
  await once(server, 'listening')
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
}

function submit(url: string): Promise<Response> {
  const body = JSON.stringify({ agent: 'slogan', input: 'wool socks' })
  return fetch(`${url}/jobs`, { method: 'POST', body, headers: { 'content-type': 'application/json' } })
}

async function statusOf(url: string): Promise<string> {
  return ((await (await fetch(url)).json()) as { status: string }).status
}

test("a stranger's Hono server mounts Errand beside its own routes, and runs jobs", async () => {
  const errand = await open(OPEN, { basePath: '/errand' })
  const url = await stranger(errand)
  await errand.start()
  expect(await (await fetch(url)).text()).toBe('The shop')
  expect((await fetch(`${url}/errand`)).status).toBe(200)
  const submitted = await submit(`${url}/errand`)
  const location = submitted.headers.get('location') ?? ''
  expect([submitted.status, location]).toEqual([202, expect.stringMatching(/^\/errand\/jobs\/job_/)])
  await eventually(async () => {
    expect(await statusOf(url + location)).toBe('completed')
  })
})

test('executes nothing before start(), and lets go of its data at close()', async () => {
  const first = await open(OPEN, { basePath: '/errand' })
  const url = await stranger(first)
  const location = (await submit(`${url}/errand`)).headers.get('location') ?? ''
  await first.close()
  expect((await fetch(url + location)).status).toBe(503)
  const second = await open(OPEN, { basePath: '/errand' })
  const next = await stranger(second)
  expect(await statusOf(next + location)).toBe('queued')
  await second.start()
  await eventually(async () => {
    expect(await statusOf(next + location)).toBe('completed')
  })
})

test('without keys, answers no request', async () => {
  const url = await stranger(await open({}, { basePath: '/errand' }))
  const refused = await submit(`${url}/errand`)
  expect([refused.status, await refused.json()]).toMatchObject([
    401,
    { detail: expect.stringContaining('no API keys') as unknown },
  ])
})

test('open to this machine, refuses a caller whose address it is not given', async () => {
  const errand = await open(OPEN)
  const refused = await errand.fetch(new Request('http://localhost/jobs'))
  expect([refused.status, await refused.json()]).toMatchObject([
    421,
    { detail: expect.stringContaining('"unknown" is none') as unknown },
  ])
})

test.each(['errand', '/errand/', '/', ''])('a path that cannot be is refused: %j', async (basePath) => {
  await expect(open({}, { basePath })).rejects.toThrow('must look like "/errand"')
})

test('a wrong setting is an error and ends no process', async () => {
  await expect(open({ ERRAND_CONCURRENCY: 'many' })).rejects.toThrow('ERRAND_CONCURRENCY')
})
