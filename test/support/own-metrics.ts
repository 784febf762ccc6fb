import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { defineConfig } from '#composition/config/config.ts'
import type { NodeApp } from '#composition/node/mount.ts'
import { createNodeApp } from '#composition/serve.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { keyText } from '#domain/tenant/key-text.ts'

const config = defineConfig({ agents: [defineAgent({ name: 'slogan', instructions: 'Be brief.' })] })
/** Jobs of each tenant: those that are done, and those that are not due yet. */
const JOBS = { acme: { done: 1, queued: 2 }, other: { done: 2, queued: 3 } } as const
type Tenant = keyof typeof JOBS

/** Fails unless two tenants of a server each scrape their own numbers, however they take turns. @param env which storage. */
export async function expectOwnMetrics(env: Readonly<Record<string, string>>): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'errand-metrics-'))
  const keys = { acme: keyOf('acme', '01'), other: keyOf('other', '02') }
  const settings = {
    ERRAND_DATA_DIR: dataDir,
    ERRAND_API_KEYS: `${keys.acme.setting},${keys.other.setting}`,
    OTEL_METRICS_EXPORTER: 'prometheus',
  }
  const app = await createNodeApp(config, { env: { ...settings, ...env } })
  try {
    await app.start()
    const ask = asking(app, { acme: keys.acme.key, other: keys.other.key })
    for (const tenant of ['acme', 'other'] as const) await work(ask, tenant)
    for (const tenant of ['acme', 'other', 'other', 'acme'] as const) await expectOwn(ask, tenant)
    await Promise.all((['other', 'acme'] as const).map((tenant) => expectOwn(ask, tenant)))
  } finally {
    await app.close()
    rmSync(dataDir, { recursive: true })
  }
}

type Ask = (tenant: Tenant, path: string, body?: object) => Promise<Response>

function asking(app: NodeApp, keys: Readonly<Record<Tenant, string>>): Ask {
  return async (tenant, path, body) => {
    const headers = { authorization: `Bearer ${keys[tenant]}`, 'content-type': 'application/json' }
    const sent = body && { method: 'POST', body: JSON.stringify(body) }
    const local = { incoming: { socket: { remoteAddress: '127.0.0.1' } } }
    const response = await app.fetch(new Request(`http://127.0.0.1${path}`, { headers, ...sent }), local)
    expect(response.status, await response.clone().text()).toBeLessThan(300)
    return response
  }
}

async function work(ask: Ask, tenant: Tenant): Promise<void> {
  const job = { agent: 'slogan', input: 'silk' }
  for (let count = 0; count < JOBS[tenant].queued; count++) await ask(tenant, '/jobs', { ...job, delaySeconds: 3600 })
  for (let count = 0; count < JOBS[tenant].done; count++) {
    const { id } = (await (await ask(tenant, '/jobs', job)).json()) as { readonly id: string }
    await ask(tenant, `/jobs/${id}?wait=60`)
  }
}

async function expectOwn(ask: Ask, tenant: Tenant): Promise<void> {
  const text = await (await ask(tenant, '/metrics')).text()
  const { queued, done } = JOBS[tenant]
  const own = `errand_tenant_id="${tenant}"`
  expect(text).toContain(`errand_jobs_unfinished{errand_job_status="queued",${own}} ${String(queued)}\n`)
  expect(text).toContain(
    `errand_jobs_finished_total{gen_ai_agent_name="slogan",errand_job_status="completed",${own}} ${String(done)}\n`,
  )
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  expect(samples.filter((line) => !line.includes(own))).toEqual([])
}

function keyOf(tenant: Tenant, digits: string) {
  const id = digits.repeat(8)
  const key = keyText(id, digits.repeat(32))
  const hash = createHash('sha256').update(key).digest('hex')
  return { key, setting: `${id}:${tenant}:read+submit+admin:${hash}` }
}
