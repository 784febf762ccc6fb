import { describe, expect, test } from 'vitest'
import { ListedModel } from '#test/support/script.ts'
import { testApp } from '#test/support/test-app.ts'

const PAGE = 'https://shop.example.com'

describe('a page of another origin', () => {
  const ask = async (corsOrigins: readonly string[], origin: string) =>
    testApp([], new ListedModel(), { corsOrigins }).http.request('/agents', { headers: { origin } })

  test('may call where it is named, and reads what it needs', async () => {
    const response = await ask([PAGE], PAGE)
    expect(response.headers.get('access-control-allow-origin')).toBe(PAGE)
    expect(response.headers.get('access-control-expose-headers')).toContain('location')
    expect(response.headers.get('access-control-allow-credentials')).toBeNull()
  })

  test('may not where it is not named, or nobody is', async () => {
    expect((await ask([PAGE], 'https://evil.example.com')).headers.get('access-control-allow-origin')).toBeNull()
    expect((await ask([], PAGE)).headers.get('access-control-allow-origin')).toBeNull()
  })

  test('is told beforehand what it may send, without a key', async () => {
    const app = testApp([], new ListedModel(), { corsOrigins: [PAGE] })
    await app.key('acme')
    const headers = { origin: PAGE, 'access-control-request-method': 'POST' }
    const response = await app.preflight('/jobs', headers)
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-headers')).toContain('idempotency-key')
  })
})
