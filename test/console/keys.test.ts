import { expect, test } from 'vitest'
import { ListedModel } from '#test/support/script.ts'
import { consoleScene } from './console-scene.ts'
import { HOSTILE, expectHarmless } from './hostile.ts'

test('a key is made, shown once, and lets its holder in', async () => {
  const { browser, signedIn } = consoleScene([], new ListedModel())
  const admin = await signedIn('acme')
  const made = await admin.post('/console/keys', { name: HOSTILE, scope: 'read' })
  const [key = ''] = /errand_[0-9a-f]{16}_[0-9a-f]{72}/.exec(made.html) ?? []
  expect(made.headers.get('cache-control')).toBe('no-store')
  const list = await admin.get('/console/keys')
  expect(list.html).toContain(key.split('_')[1])
  expect(list.html).not.toContain(key)
  expectHarmless(list.html)
  const reader = await browser().signIn(key)
  expect((await reader.get('/console/keys')).status).toBe(403)
  expect((await reader.get('/console/batches')).status).toBe(200)
})

test('a revoked key ends its sessions', async () => {
  const { app, browser, signedIn } = consoleScene([], new ListedModel())
  const admin = await signedIn('acme')
  const key = await app.key('acme', ['read'])
  const reader = await browser().signIn(key)
  expect((await reader.get('/console/batches')).status).toBe(200)
  expect(await admin.post(`/console/keys/${key.split('_')[1] ?? ''}/revoke`)).toMatchObject({ to: '/console/keys' })
  expect(await reader.get('/console/batches')).toMatchObject({ status: 303 })
})

test('a form without a scope comes back with what is wrong, and one of another site is refused', async () => {
  const { app, signedIn } = consoleScene([], new ListedModel())
  const admin = await signedIn('acme')
  const refused = await admin.post('/console/keys', { name: 'x' })
  expect([refused.status, refused.html.includes('Choose at least one scope.')]).toEqual([400, true])
  expect(refused.html).toMatch(/name="name"\s+value="x"/)
  expect((await admin.post('/console/keys', { scope: 'admin' }, { 'sec-fetch-site': 'same-site' })).status).toBe(403)
  const listed = await app.http.request('/keys', { headers: { authorization: `Bearer ${await app.key('acme')}` } })
  expect(((await listed.json()) as { keys: unknown[] }).keys).toHaveLength(2)
})

test('without keys it says what the first one changes, and shows it', async () => {
  const { browser } = consoleScene([], new ListedModel())
  const visitor = browser()
  expect((await visitor.get('/console/keys')).html).toContain('From the first key on')
  expect((await visitor.post('/console/keys', { scope: 'admin' })).html).toMatch(/errand_[0-9a-f]{16}_/)
  expect((await visitor.get('/console/keys')).to).toContain('/console/sign-in')
})
