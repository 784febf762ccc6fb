import { afterEach, expect, test, vi } from 'vitest'
import { isSigned } from '#adapters/webhooks/hmac.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

const bytes = (text: string) => new TextEncoder().encode(text)
const CONTENT = bytes('an order')

async function signatureBy(key: string) {
  const secret = await crypto.subtle.importKey('raw', bytes(key), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return new Uint8Array(await crypto.subtle.sign('HMAC', secret, CONTENT))
}

test.each([
  ['the first key', 'one', true],
  ['the last key', 'two', true],
  ['no key', 'three', false],
])('all signatures are compared with all keys, by the platform: one of %s', async (_name, key, isRight) => {
  const signatures = [await signatureBy(key), await signatureBy('of a stranger')]
  // The only comparison of the platform that takes constant time.
  const verify = vi.spyOn(crypto.subtle, 'verify')
  expect(await isSigned(CONTENT, [bytes('one'), bytes('two')], signatures)).toBe(isRight)
  expect(verify).toHaveBeenCalledTimes(4)
})
