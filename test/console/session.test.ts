import { describe, expect, test } from 'vitest'
import { SESSION_MS } from '#adapters/console/session.ts'
import { ListedModel } from '#test/support/script.ts'
import { consoleScene } from './console-scene.ts'

function scene() {
  return consoleScene([], new ListedModel())
}

test('without keys the console is open on this machine, as the API is', async () => {
  const { status, html } = await scene().browser().get('/console')
  expect(status).toBe(200)
  expect(html).toContain('no API keys')
})

test('without keys, what comes through a proxy is refused, as the API refuses it', async () => {
  const { status, html } = await scene().browser().get('/console', { 'x-forwarded-for': '203.0.113.9' })
  expect(status).toBe(421)
  expect(html).toContain('x-forwarded-for')
})

describe('with a key', () => {
  test('a visitor signs in first and comes to the page that was wanted', async () => {
    const { app, browser } = scene()
    const key = await app.key('acme')
    const visitor = browser()
    const sent = await visitor.get('/console?x=1')
    expect([sent.status, sent.to]).toEqual([303, '/console/sign-in?to=%3Fx%3D1'])
    const signedIn = await visitor.post('/console/sign-in', { key, to: '?x=1' })
    expect([signedIn.status, signedIn.to]).toEqual([303, '/console?x=1'])
    expect((await visitor.get('/console')).html).toContain('acme')
  })

  test('the cookie holds it encrypted, for the console alone, and out of reach of scripts and other sites', async () => {
    const { app, browser } = scene()
    const key = await app.key('acme')
    const { headers } = await browser().post('/console/sign-in', { key })
    const cookie = headers.get('set-cookie') ?? ''
    expect(cookie).not.toContain(key.slice(0, 12))
    // Browsers keep no Secure cookie of plain http, which only this machine uses.
    expect(cookie).toMatch(/^errand_session=[^;]+; Max-Age=43200; Path=\/console; HttpOnly; SameSite=Strict$/)
  })

  test('elsewhere than on this machine the cookie is Secure, also behind a proxy that ends TLS', async () => {
    const { app, console } = scene()
    const body = new URLSearchParams({ key: await app.key('acme') })
    const headers = { 'sec-fetch-site': 'same-origin' }
    for (const origin of ['https://localhost', 'http://errand.example.com']) {
      const answer = await console.fetch(
        new Request(`${origin}/console/sign-in`, { method: 'POST', headers, body }),
        {},
      )
      expect(answer.headers.get('set-cookie')).toContain('; Secure')
    }
  })

  test('a page over https gets a Secure cookie, also where a proxy sends its forms to this machine', async () => {
    const { app, browser } = scene()
    const key = await app.key('acme')
    const signedIn = await browser().post('/console/sign-in', { key }, { origin: 'https://errand.example.com' })
    expect(signedIn.headers.get('set-cookie')).toContain('; Secure')
  })

  test('over plain http from another machine, the form says why there can be no session', async () => {
    const { app, browser } = scene()
    const key = await app.key('acme')
    const refused = await browser().post('/console/sign-in', { key }, { origin: 'http://errand.lan:3000' })
    expect([refused.status, refused.headers.get('set-cookie')]).toEqual([401, null])
    expect(refused.html).toContain('Open the console over https or as localhost.')
  })

  test.each(['errand_wrong', '', 'a b', 'ä'])('the key %j lets no visitor in', async (key) => {
    const { app, browser } = scene()
    await app.key('acme')
    const { status, html, headers } = await browser().post('/console/sign-in', { key })
    expect([status, headers.get('set-cookie')]).toEqual([401, null])
    expect(html).toContain('role="alert"')
  })

  test('a revoked key, twelve hours and a sign-out end the session', async () => {
    const { app, browser } = scene()
    const key = await app.key('acme')
    await app.key('acme')
    const visitor = await browser().signIn(key)
    await app.clock.advance(SESSION_MS)
    expect((await visitor.get('/console')).to).toBe('/console/sign-in')
    await visitor.signIn(key)
    expect((await visitor.get('/console')).status).toBe(200)
    await visitor.post('/console/sign-out')
    expect((await visitor.get('/console')).to).toBe('/console/sign-in')
    await visitor.signIn(key)
    await app.revoke(/^errand_([^_]+)/.exec(key)?.[1] ?? '')
    expect((await visitor.get('/console')).to).toBe('/console/sign-in')
  })

  test.each(['//evil.example.com', '/\\evil.example.com', 'https://evil.example.com', '/ok\r\nx: y'])(
    'the way back leads to no other site: %j',
    async (to) => {
      const { app, browser } = scene()
      const key = await app.key('acme')
      expect((await browser().post('/console/sign-in', { key, to })).to).toBe('/console')
    },
  )
})

describe('a form', () => {
  test.each<Record<string, string>>([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site', origin: 'http://evil.localhost' },
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'cross-site', origin: 'http://localhost' },
  ])('of another page is refused before anything else: %j', async (headers) => {
    const { browser } = scene()
    for (const path of ['/console/sign-in', '/console/sign-out', '/console/jobs/job_x/cancel']) {
      const { status, html } = await browser().post(path, {}, headers)
      expect(status).toBe(403)
      expect(html).toContain('does not come from a page of this console')
    }
  })

  test('is known by its Origin where the browser sends no Sec-Fetch-Site', async () => {
    const { console } = scene()
    const send = async (headers: Record<string, string>): Promise<number> =>
      (await console.fetch(new Request('http://localhost/console/sign-out', { method: 'POST', headers }), {})).status
    expect(await send({ origin: 'http://localhost' })).toBe(303)
    expect(await send({ origin: 'http://localhost:3000' })).toBe(403)
    expect(await send({ origin: 'null' })).toBe(403)
    expect(await send({})).toBe(403)
  })
})

describe('a page that is refused', () => {
  const links = (html: string) => {
    const [nav = ''] = /<nav aria-label="Main">.*?<\/nav>/s.exec(html) ?? []
    return [...nav.matchAll(/href="\/console([^"]*)"/g)].map(([, to]) => to)
  }

  test.each([
    ['read', '/keys', 403],
    ['read', '/jobs/job_01KASH2V8ZQ5D3N6W7X8Y9Z0AB', 404],
    ['read', '/nothing', 404],
    ['submit', '/jobs', 403],
  ] as const)('keeps the navigation of a key with the scope %s, and its sign-out: %s', async (scope, path, status) => {
    const { signedIn } = scene()
    const visitor = await signedIn('acme', [scope])
    const refused = await visitor.get(`/console${path}`)
    expect([refused.status, refused.html.includes('>Sign out<')]).toEqual([status, true])
    const lists = ['/inbox', '/jobs', '/batches', '/proposals', '/schedules', '/webhooks', '/agents']
    expect(links(refused.html)).toEqual(['', ...(scope === 'read' ? lists : [])])
  })

  test('is the overview of no key: without the scope read it leads to a job by its id', async () => {
    const { signedIn } = scene()
    const { status, html } = await (await signedIn('acme', ['cancel'])).get('/console')
    expect([status, html.includes('action="/console/jobs/find"')]).toEqual([200, true])
  })

  test('has no navigation for a visitor without a session', async () => {
    const { app, browser } = scene()
    await app.key('acme')
    const { status, html } = await browser().get('/console/nothing')
    expect([status, html.includes('<nav')]).toEqual([404, false])
  })
})

test('every page forbids what does not come from the server, and is kept in no cache', async () => {
  const { browser } = scene()
  for (const path of ['/console', '/console/sign-in', '/console/nothing']) {
    const { headers } = await browser().get(path)
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'; base-uri 'none'")
    expect(policy).not.toContain('unsafe')
    expect(headers.get('cache-control')).toBe('no-store')
  }
})

test('no page has a script, a style or a handler of its own, or asks another server', async () => {
  const { browser } = scene()
  for (const path of ['/console', '/console/jobs', '/console/sign-in']) {
    const { html } = await browser().get(path)
    expect(html).not.toMatch(/<script(?![^>]*\ssrc="\/)|<style|\sstyle=|\son[a-z]+=/)
    expect(html).not.toMatch(/(?:src|href|action)="(?!\/|#|data:image\/svg)/)
  }
})

test('script and style are cached for ever under their names', async () => {
  const { browser } = scene()
  const visitor = browser()
  const { html } = await visitor.get('/console')
  const assets = [...html.matchAll(/"(\/console\/assets\/[^"]+)"/g)].map(([, path = '']) => path)
  expect(assets).toHaveLength(2)
  for (const path of assets) {
    const { status, headers } = await visitor.get(path)
    expect([status, headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable'])
  }
  expect((await visitor.get('/console/assets/console-000000000000.js')).status).toBe(404)
})
