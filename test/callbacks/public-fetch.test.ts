import { describe, expect, test } from 'vitest'
import { createPublicFetch } from '#adapters/callbacks/public-fetch.ts'

/** What was really asked for. */
function fetching(allowedHosts: readonly string[] = []) {
  const asked: unknown[] = []
  const publicFetch = createPublicFetch({
    fetch: (...request) => {
      asked.push(request)
      return Promise.resolve(new Response('hello', { status: 302 }))
    },
    allowedHosts,
  })
  return { asked, publicFetch }
}

describe('the fetch for addresses that somebody else has chosen', () => {
  test('asks what the public can reach, and follows nothing', async () => {
    const { asked, publicFetch } = fetching()
    const response = await publicFetch('https://example.com/a', { method: 'POST', body: 'x' })
    expect(response.status).toBe(302)
    expect(asked).toEqual([['https://example.com/a', { method: 'POST', body: 'x', redirect: 'manual' }]])
  })

  test.each([
    'http://example.com/',
    'https://10.0.0.1/',
    'https://localhost/',
    'https://[::ffff:127.0.0.1]/',
    'file:///etc/passwd',
  ])('refuses %s before anything is asked', async (url) => {
    const { asked, publicFetch } = fetching()
    await expect(publicFetch(url)).rejects.toThrow(/^[A-Z].*\.$/)
    expect(asked).toEqual([])
  })

  test('an exception can be made for development', async () => {
    const { asked, publicFetch } = fetching(['127.0.0.1:3000'])
    await publicFetch('http://127.0.0.1:3000/')
    await expect(publicFetch('http://127.0.0.1:3001/')).rejects.toThrow()
    expect(asked).toHaveLength(1)
  })
})
