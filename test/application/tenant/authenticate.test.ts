import { describe, expect, test } from 'vitest'
import { CachedApiKeys } from '#adapters/local/cached-api-keys.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { WebHasher } from '#adapters/web/hasher.ts'
import { CryptoRandom } from '#adapters/web/random.ts'
import { Authenticate } from '#application/tenant/authenticate.ts'
import { MakeKey } from '#application/tenant/make-key.ts'
import { keyText } from '#domain/tenant/key-text.ts'
import type { ApiKey } from '#domain/tenant/principal.ts'
import type { InBackground } from '#ports/in-background.ts'
import { T0, TILL } from '#test/support/fixtures.ts'

const FRESH_MS = 1000

/** Authentication over a store that counts its reads. What it does in the background waits in `works`. */
function scene() {
  const stored = new Map<string, ApiKey>()
  const asked = { find: 0, any: 0, ids: 0 }
  const away = { find: false }
  const works: (() => Promise<void>)[] = []
  const inBackground: InBackground = (work) => {
    works.push(work)
    return Promise.resolve()
  }
  const clock = new ManualClock(T0)
  const store = {
    find: (id: string) => {
      asked.find++
      if (away.find) return Promise.reject(new Error('The store is away.'))
      return Promise.resolve(stored.get(id) ?? null)
    },
    any: () => {
      asked.any++
      return Promise.resolve(stored.size > 0)
    },
    ids: () => {
      asked.ids++
      return Promise.resolve(new Set(stored.keys()))
    },
  }
  const hasher = new WebHasher()
  const keys = new CachedApiKeys(store, { clock, freshMs: FRESH_MS, inBackground })
  const makeKey = new MakeKey({ hasher, random: new CryptoRandom(), clock })
  const make = async () => {
    const made = await makeKey.execute({ tenantId: 'acme', by: TILL, scopes: ['read'], name: '' })
    stored.set(made.key.id, made.key)
    return made
  }
  return { authenticate: new Authenticate({ keys, hasher }), clock, asked, away, works, stored, make }
}

/** As a stranger makes it who has read the source. */
const forged = (n: number): string => keyText(n.toString(16).padStart(16, '0'), 'f'.repeat(64))

const ACME = {
  actor: { kind: 'key', id: expect.stringMatching(/^[0-9a-f]{16}$/) as string },
  tenantId: 'acme',
  scopes: ['read'],
}

describe('a key', () => {
  test('is known by all of its digits, and what cannot be one is not looked up', async () => {
    const { authenticate, asked, make } = scene()
    const { secret } = await make()
    expect(await authenticate.execute(secret)).toEqual(ACME)
    const before = { ...asked }
    for (let at = 0; at < secret.length; at++) {
      const wrong = secret.slice(0, at) + (secret[at] === '0' ? '1' : '0') + secret.slice(at + 1)
      expect(await authenticate.execute(wrong)).toBeNull()
    }
    for (const text of ['', 'errand_', `${secret} `, secret.toUpperCase(), secret.slice(0, -8), 'x'.repeat(10_000)])
      expect(await authenticate.execute(text)).toBeNull()
    expect(asked).toEqual(before)
  })

  test('with the public part of another is refused, checksum and all, and costs no further look-up', async () => {
    const { authenticate, asked, make } = scene()
    const { key, secret } = await make()
    await authenticate.execute(secret)
    expect(await authenticate.execute(keyText(key.id, '0'.repeat(64)))).toBeNull()
    expect(asked.find).toBe(1)
  })

  test('that is revoked is refused when its time is over, whatever becomes of the clock meanwhile', async () => {
    for (const step of [0, -3_600_000, 3_600_000]) {
      const { authenticate, clock, stored, make } = scene()
      const { key, secret } = await make()
      await authenticate.execute(secret)
      stored.set(key.id, { ...key, revokedAt: T0 })
      expect(await authenticate.execute(secret)).toEqual(ACME)
      clock.step(step)
      await clock.advance(FRESH_MS)
      expect(await authenticate.execute(secret)).toBeNull()
    }
  })
})

test('a key that is not known yet is looked up again when its time is over', async () => {
  const { authenticate, clock, stored, make } = scene()
  const { key, secret } = await make()
  stored.delete(key.id)
  expect(await authenticate.execute(secret)).toBeNull()
  stored.set(key.id, key)
  expect(await authenticate.execute(secret)).toBeNull()
  await clock.advance(FRESH_MS)
  expect(await authenticate.execute(secret)).toEqual(ACME)
})

describe('what is in use', () => {
  test('is looked up again before its time is over, once and by no request that waits for it', async () => {
    const { authenticate, clock, asked, works, make } = scene()
    await authenticate.withoutKey()
    const { secret } = await make()
    await authenticate.execute(secret)
    await clock.advance(FRESH_MS - 1)
    for (let n = 0; n < 3; n++) {
      expect(await authenticate.execute(secret)).toEqual(ACME)
      expect(await authenticate.withoutKey()).not.toBeNull()
    }
    expect(asked).toEqual({ find: 1, any: 1, ids: 0 })
    for (const work of works.splice(0)) await work()
    expect(asked).toEqual({ find: 2, any: 2, ids: 0 })
    await clock.advance(1)
    await authenticate.execute(secret)
    expect(await authenticate.withoutKey()).toBeNull()
    expect(asked).toEqual({ find: 2, any: 2, ids: 0 })
  })

  test('is looked up by a request where that has failed', async () => {
    const { authenticate, clock, works, make, away } = scene()
    const { secret } = await make()
    await authenticate.execute(secret)
    await clock.advance(FRESH_MS - 1)
    await authenticate.execute(secret)
    away.find = true
    for (const work of works.splice(0)) await work()
    await clock.advance(1)
    await expect(authenticate.execute(secret)).rejects.toThrow('away')
  })
})

describe('a flood of keys that nobody has', () => {
  test('asks the store for twenty of them and for one list, one after the other or at once', async () => {
    const flood = Array.from({ length: 3000 }, (_, n) => forged(n))
    const { authenticate, asked } = scene()
    for (const key of flood) expect(await authenticate.execute(key)).toBeNull()
    expect(asked).toEqual({ find: 20, any: 0, ids: 1 })

    const other = scene()
    await Promise.all(flood.map((key) => other.authenticate.execute(key)))
    expect(other.asked).toEqual({ find: 20, any: 0, ids: 1 })
  })

  test('the same one again and again is looked up once', async () => {
    const { authenticate, asked } = scene()
    for (let n = 0; n < 3000; n++) await authenticate.execute(forged(7))
    expect(asked).toEqual({ find: 1, any: 0, ids: 0 })
  })

  test('takes the place of no key that is known, and keeps none out that is not yet', async () => {
    const { authenticate, asked, make } = scene()
    const known = await make()
    await authenticate.execute(known.secret)
    for (let n = 0; n < 3000; n++) await authenticate.execute(forged(n))
    const before = asked.find
    expect(await authenticate.execute(known.secret)).toEqual(ACME)
    expect(asked.find).toBe(before)
    const fresh = scene()
    const { secret } = await fresh.make()
    for (let n = 0; n < 3000; n++) await fresh.authenticate.execute(forged(n))
    expect(await fresh.authenticate.execute(secret)).toEqual(ACME)
  })

  test('a key that is made in the middle of it is known a moment later', async () => {
    const { authenticate, clock, make } = scene()
    for (let n = 0; n < 100; n++) await authenticate.execute(forged(n))
    const { secret } = await make()
    expect(await authenticate.execute(secret)).toBeNull()
    await clock.advance(FRESH_MS)
    for (let n = 0; n < 100; n++) await authenticate.execute(forged(n))
    expect(await authenticate.execute(secret)).toEqual(ACME)
  })
})

test('that there was a key once is asked for until there was one', async () => {
  const { authenticate, clock, asked, make } = scene()
  expect(await authenticate.withoutKey()).not.toBeNull()
  await make()
  for (let n = 0; n < 5; n++) {
    await clock.advance(FRESH_MS)
    expect(await authenticate.withoutKey()).toBeNull()
  }
  expect(asked.any).toBe(2)
})
