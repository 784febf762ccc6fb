import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import type { ApiKey } from '#domain/tenant/principal.ts'
import type { ApiKeyStore } from '#ports/api-keys.ts'
import type { ContractCase } from './contract.ts'

function key(id: string, fields: Partial<ApiKey> = {}): ApiKey {
  return {
    id,
    tenantId: 'acme',
    scopes: ['read', 'submit'],
    name: 'till',
    hash: 'ab',
    createdAt: 1,
    revokedAt: null,
    ...fields,
  }
}

export const apiKeyContract: readonly ContractCase<ApiKeyStore>[] = [
  {
    name: 'find() gives a key back as it was added, and null for what was not',
    async run(keys) {
      await keys.add(key('a'))
      deepStrictEqual(await keys.find('a'), key('a'))
      strictEqual(await keys.find('b'), null)
    },
  },
  {
    name: 'any() tells whether there ever was a key: revoking the last one opens no door',
    async run(keys) {
      strictEqual(await keys.any(), false)
      await keys.add(key('a'))
      strictEqual(await keys.any(), true)
      await keys.revoke('a', 5)
      strictEqual(await keys.any(), true)
    },
  },
  {
    name: 'revoke() marks a key once, and says when there is none',
    async run(keys) {
      await keys.add(key('a'))
      strictEqual(await keys.revoke('a', 5), true)
      strictEqual(await keys.revoke('a', 9), true)
      strictEqual((await keys.find('a'))?.revokedAt, 5)
      strictEqual(await keys.revoke('b', 5), false)
    },
  },
  {
    name: 'ids() gives the public parts of all keys, revoked ones too',
    async run(keys) {
      deepStrictEqual(await keys.ids(), new Set())
      await keys.add(key('a'))
      await keys.add(key('b', { tenantId: 'other' }))
      await keys.revoke('b', 5)
      deepStrictEqual(await keys.ids(), new Set(['a', 'b']))
    },
  },
  {
    name: 'list() gives the keys of one tenant or of all, newest first',
    async run(keys) {
      await keys.add(key('a', { createdAt: 1 }))
      await keys.add(key('b', { createdAt: 2, tenantId: 'other' }))
      await keys.add(key('c', { createdAt: 3 }))
      deepStrictEqual(
        (await keys.list('acme')).map(({ id }) => id),
        ['c', 'a'],
      )
      deepStrictEqual(
        (await keys.list(null)).map(({ id }) => id),
        ['c', 'b', 'a'],
      )
    },
  },
]
