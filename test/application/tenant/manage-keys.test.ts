import { expect, test } from 'vitest'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { SqlApiKeys, apiKeySchema } from '#adapters/sql/api-keys.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { WebHasher } from '#adapters/web/hasher.ts'
import { CryptoRandom } from '#adapters/web/random.ts'
import { ManageKeys } from '#application/tenant/manage-keys.ts'
import type { Scope } from '#domain/tenant/principal.ts'
import { TILL } from '#test/support/fixtures.ts'

async function scene() {
  const db = new SqliteDatabase(':memory:')
  await migrate(db, apiKeySchema)
  const keys = new SqlApiKeys(db)
  const manage = new ManageKeys({ keys, hasher: new WebHasher(), random: new CryptoRandom(), clock: new ManualClock() })
  const create = async (tenantId: string, scopes: readonly string[] = ['read']) =>
    (await manage.create({ tenantId, by: TILL, scopes: scopes as Scope[], name: '' })).key.id
  return { manage, create }
}

test('whoever revokes a key learns whether it was the last good one of all tenants', async () => {
  const { manage, create } = await scene()
  const [first, second] = [await create('acme'), await create('other')]
  expect(await manage.revoke('nonsense', TILL)).toBeNull()
  expect(await manage.revoke(first, TILL)).toEqual({ wasLast: false })
  expect(await manage.revoke(second, TILL)).toEqual({ wasLast: true })
})

test('a misspelt scope is refused by its name, and nothing is stored', async () => {
  const { manage, create } = await scene()
  await expect(create('acme', ['read', 'sbmit'])).rejects.toThrow('There is no scope "sbmit".')
  await expect(create('acme', [])).rejects.toThrow('A key needs a scope.')
  expect(await manage.list(null)).toEqual([])
})
