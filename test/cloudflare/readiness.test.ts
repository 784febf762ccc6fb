import { createExecutionContext, reset, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterAll, expect, test } from 'vitest'
import { defineConfig } from '#composition/config/config.ts'
import type { Env } from '#composition/cloudflare/app.ts'
import { createWorker } from '#composition/cloudflare/worker.ts'
import { checkContract } from '#test/support/contract-check.ts'
import { eventually } from '#test/support/eventually.ts'

afterAll(() => reset())

/** The Worker over a D1 whose probes are counted, and which is away when it is told to be. */
function scene() {
  const d1 = { isAway: false, probes: 0 }
  const prepare = (sql: string): D1PreparedStatement => {
    if (sql.startsWith('SELECT version FROM schema_versions LIMIT')) d1.probes++
    if (d1.isAway) throw new Error('D1_ERROR: Network connection lost.')
    return env.JOB_INDEX.prepare(sql)
  }
  const database = { prepare, batch: (all: D1PreparedStatement[]) => env.JOB_INDEX.batch(all) }
  const { handler } = createWorker(defineConfig({ agents: [] }))
  const bindings: unknown = { ...env, JOB_INDEX: database }
  const ask = async (): Promise<Response> => {
    const life = createExecutionContext()
    const response = await handler.fetch(new Request('http://localhost/readyz'), bindings as Env, life)
    await waitOnExecutionContext(life)
    await checkContract('GET', '/readyz', response)
    return response
  }
  return { d1, ask }
}

test('GET /readyz reads D1, once for all who ask at once', async () => {
  const { d1, ask } = scene()
  const all = await Promise.all(Array.from({ length: 20 }, ask))
  expect(all.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200))
  expect(await all[0]?.json()).toEqual({ status: 'ready' })
  expect(d1.probes).toBe(1)
})

test('GET /readyz answers 503 while D1 is away', async () => {
  const { d1, ask } = scene()
  // The Worker has opened its database before that is lost.
  const opened = await ask()
  expect(opened.status).toBe(200)
  d1.isAway = true
  await eventually(async () => {
    const response = await ask()
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ code: 'storage_unavailable' })
  })
})
