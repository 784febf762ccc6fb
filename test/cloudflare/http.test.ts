import { env, exports } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { eventually } from '#test/support/eventually.ts'

const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
  exports.default.fetch(new Request(`http://localhost${path}`, init))

const submit = async (): Promise<string> => {
  const body = JSON.stringify({ agent: 'draft-writer', input: { product: 'linen-apron' } })
  const response = await ask('/jobs', { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  return (await response.json<{ id: string }>()).id
}

describe('the Worker without keys', () => {
  test.each<Record<string, string>>([
    { origin: 'https://evil.example.com' },
    { 'sec-fetch-site': 'cross-site' },
    { 'content-type': 'text/plain' },
  ])('does nothing for a page of another origin: %j', async (headers) => {
    const id = await submit()
    expect((await ask(`/jobs/${id}/cancel`, { method: 'POST', headers })).status).toBeOneOf([403, 415])
    expect((await ask(`/jobs/${id}/retry`, { method: 'POST', headers })).status).toBeOneOf([403, 415])
    expect((await ask(`/jobs/${id}/cancel`, { method: 'POST' })).status).toBeLessThan(300)
  })

  test.each<Record<string, string>>([{ 'x-forwarded-for': '127.0.0.1' }, { via: '1.1 proxy' }, { 'cf-ray': '1' }])(
    'refuses what a proxy passes on: %j',
    async (headers) => {
      expect((await ask('/jobs', { headers })).status).toBe(421)
    },
  )
})

test('the events of a job pass through proxies as they come', async () => {
  const response = await ask(`/jobs/${await submit()}/events`)
  expect(response.headers.get('x-accel-buffering')).toBe('no')
  expect(response.headers.get('cache-control')).toBe('no-store, no-transform')
  await response.text()
})

test('of many finished jobs, some are counted at once, and all of them beside the answer', async () => {
  const copies = `INSERT INTO jobs (id, tenant_id, status, agent, created_at, updated_at, wake_at, wake_kind, version, tags, metadata)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
    SELECT 'job_' || i, 'default', 'completed', 'counted', i, i, i, 'delete', 1, '[]', '{}' FROM n`
  await env.JOB_INDEX.prepare(copies).run()
  const count = async () => (await ask('/jobs/counts?agent=counted')).json<{ total: number; isWhole: boolean }>()
  expect(await count()).toMatchObject({ isWhole: false })
  await eventually(async () => {
    expect(await count()).toMatchObject({ total: 3000, isWhole: true })
  })
})
