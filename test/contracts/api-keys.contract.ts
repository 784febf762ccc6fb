import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import type { ApiKey } from '#domain/tenant/principal.ts'
import type { ApiKeyStore, Revocation } from '#ports/api-keys.ts'
import type { ContractCase } from './contract.ts'

function key(id: string, fields: Partial<ApiKey> = {}): ApiKey {
  return {
    format: 1,
    id,
    tenantId: 'acme',
    scopes: ['read', 'submit'],
    name: 'till',
    hash: 'ab',
    createdAt: 1,
    createdBy: { kind: 'cli' },
    revokedAt: null,
    revokedBy: null,
    ...fields,
  }
}

const REVOCATION: Revocation = { at: 5, by: { kind: 'operation', id: 'op_1', for: { kind: 'key', id: 'b' } } }

export const apiKeyContract: readonly ContractCase<ApiKeyStore>[] = [
  {
    name: 'find() gives a key back as it was added, and null for what was not',
    async run(keys) {
      await keys.add(key('a'))
      deepStrictEqual(await keys.find('a'), key('a'))
      const newer = key('newer', { format: 7, createdBy: { kind: 'key', id: 'a' } })
      await keys.add(newer)
      deepStrictEqual(await keys.find('newer'), newer)
      strictEqual(await keys.find('b'), null)
    },
  },
  {
    name: 'any() tells whether there ever was a key: revoking the last one opens no door',
    async run(keys) {
      strictEqual(await keys.any(), false)
      await keys.add(key('a'))
      strictEqual(await keys.any(), true)
      await keys.revoke('a', REVOCATION)
      strictEqual(await keys.any(), true)
    },
  },
  {
    name: 'revoke() marks a key once, by the first who revokes it, and says when there is none',
    async run(keys) {
      await keys.add(key('a'))
      strictEqual(await keys.revoke('a', REVOCATION), true)
      strictEqual(await keys.revoke('a', { at: 9, by: { kind: 'cli' } }), true)
      const revoked = { revokedAt: REVOCATION.at, revokedBy: REVOCATION.by }
      deepStrictEqual(await keys.find('a'), { ...key('a'), ...revoked })
      strictEqual(await keys.revoke('b', REVOCATION), false)
    },
  },
  {
    name: 'ids() gives the public parts of all keys, revoked ones too',
    async run(keys) {
      deepStrictEqual(await keys.ids(), new Set())
      await keys.add(key('a'))
      await keys.add(key('b', { tenantId: 'other' }))
      await keys.revoke('b', REVOCATION)
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
