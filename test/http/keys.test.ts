import { expect, test } from 'vitest'
import type { Scope } from '#domain/tenant/principal.ts'
import { ErrandClient } from '#adapters/client/errand-client.ts'
import { testApp } from '#test/support/test-app.ts'
import { ListedModel } from '#test/support/script.ts'

async function scene() {
  const app = testApp([], new ListedModel())
  const admin = await app.key('acme')
  const client = (apiKey: string) =>
    new ErrandClient({
      baseUrl: 'http://localhost',
      apiKey,
      fetch: (url, init) => app.http.request(url, init),
    })
  return { app, admin, client }
}

test('a key is made with its secret, which is shown once, and is good for its scopes and its tenant', async () => {
  const { admin, client } = await scene()
  const made = await client(admin).keys.create({ name: 'importer', scopes: ['read', 'submit'] })
  expect(made).toMatchObject({ name: 'importer', scopes: ['submit', 'read'], revokedAt: null })
  expect(await client(made.secret).counts()).toMatchObject({ total: 0 })
  await expect(client(made.secret).keys.list()).rejects.toMatchObject({ code: 'forbidden' })
  const listed = await client(admin).keys.list()
  expect(listed.map(({ id }) => id)).toContain(made.id)
  expect(JSON.stringify(listed)).not.toContain(made.secret.slice(-20))
  expect(listed[0]).not.toHaveProperty('hash')
})

test('a revoked key is refused, says who revoked it, and can be revoked again', async () => {
  const { app, admin, client } = await scene()
  const made = await client(admin).keys.create({ scopes: ['read'] })
  const first = await client(admin).keys.revoke(made.id)
  expect(first).toMatchObject({ id: made.id, revokedBy: { kind: 'key' } })
  await app.clock.advance(1000)
  expect(await client(admin).keys.revoke(made.id)).toEqual(first)
  await expect(client(made.secret).counts()).rejects.toMatchObject({ code: 'unauthorized' })
})

test('another tenant neither sees nor revokes it', async () => {
  const { app, admin, client } = await scene()
  const made = await client(admin).keys.create({ scopes: ['read'] })
  const other = client(await app.key('globex'))
  expect((await other.keys.list()).map(({ id }) => id)).not.toContain(made.id)
  await expect(other.keys.revoke(made.id)).rejects.toMatchObject({ code: 'key_not_found' })
  await expect(client(admin).keys.revoke('0000000000000000')).rejects.toMatchObject({ code: 'key_not_found' })
  expect(await client(made.secret).counts()).toMatchObject({ total: 0 })
})

test.each<Scope>(['run', 'submit', 'read', 'cancel', 'approve'])('the scope %s is not enough', async (scope) => {
  const { app, client } = await scene()
  const { keys } = client(await app.key('acme', [scope]))
  await expect(keys.list()).rejects.toMatchObject({ code: 'forbidden' })
  await expect(keys.create({ scopes: [scope] })).rejects.toMatchObject({ code: 'forbidden' })
  await expect(keys.revoke('0000000000000000')).rejects.toMatchObject({ code: 'forbidden' })
})

test.each([
  { scopes: [] },
  { scopes: ['god'] },
  { scopes: ['read'], name: 'x'.repeat(101) },
  { scopes: ['read'], tenant: 'b' },
])('is refused: %j', async (body) => {
  const { app, admin } = await scene()
  const headers = { authorization: `Bearer ${admin}`, 'content-type': 'application/json' }
  expect((await app.post('/keys', body, headers)).status).toBe(400)
})
