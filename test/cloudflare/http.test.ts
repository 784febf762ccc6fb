import { exports } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'

const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
  exports.default.fetch(new Request(`http://localhost${path}`, init))

const submit = async (): Promise<string> => {
  const body = JSON.stringify({ agent: 'draft-writer', input: { product: 'linen-apron' } })
  const response = await ask('/jobs', { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  return (await response.json<{ id: string }>()).id
}

describe('the Worker without keys', { timeout: 60_000 }, () => {
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
