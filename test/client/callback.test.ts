import { Webhook } from 'standardwebhooks'
import { Webhook as SvixWebhook } from 'svix'
import { Headers as LibraryHeaders } from 'undici'
import { describe, expect, test } from 'vitest'
import { CallbackVerificationError, verifyCallback } from '#adapters/client/callback.ts'

const OLD = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const NEW = 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='
const BODY = '{"type":"job.completed","data":{"jobId":"job_1"}}'
const AT = new Date('2026-11-23T09:00:00Z')

function signed(secret: string, signer: typeof Webhook | typeof SvixWebhook = Webhook) {
  return {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(AT.getTime() / 1000),
    'webhook-signature': new signer(secret).sign('msg_1', AT, BODY),
  }
}

const verify = (headers: Record<string, string | string[] | undefined>, more: object = {}) =>
  verifyCallback({ body: BODY, headers, secrets: [NEW], now: AT.getTime(), ...more })

describe('verifyCallback', () => {
  test.each([
    ['standardwebhooks', Webhook],
    ['svix', SvixWebhook],
  ])('takes what %s has signed, as Headers or as a record', async (_name, signer) => {
    const headers = signed(NEW, signer)
    for (const given of [headers, new Headers(headers)]) {
      const message = await verifyCallback({ body: BODY, headers: given, secrets: [NEW], now: AT.getTime() })
      expect(message).toEqual(JSON.parse(BODY))
    }
  })

  test('while secrets change, one that fits is enough on either side', async () => {
    await verify(signed(OLD), { secrets: [NEW, OLD] })
    const both = `${signed(OLD)['webhook-signature']} v1a,ed25519 ${signed(NEW)['webhook-signature']}`
    await verify({ ...signed(NEW), 'webhook-signature': both })
  })

  test('takes the headers of Node, and of libraries that bring a class of their own', async () => {
    const { 'webhook-id': id, ...rest } = signed(NEW)
    await verify({ 'Webhook-Id': id, 'set-cookie': ['a', 'b'], host: undefined, ...rest })
    await verifyCallback({
      body: BODY,
      headers: new LibraryHeaders(signed(NEW)) as unknown as Headers,
      secrets: [NEW],
      now: AT.getTime(),
    })
  })

  test('looks past a signature that is none', async () => {
    await verify({ ...signed(NEW), 'webhook-signature': `v1,A v1, v1,* ${signed(NEW)['webhook-signature']}` })
  })

  test.each(['', 'whsec_', 'whsec_*', `whsec_${btoa('x'.repeat(23))}`])(
    'says that a setting is missing, and repeats no secret: %j',
    async (secret) => {
      const error: unknown = await verify(signed(NEW), { secrets: [NEW, secret] }).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(CallbackVerificationError)
      expect((error as Error).message).toMatch(/^Each secret must be whsec_ and at least 24 bytes in base64/)
    },
  )

  test('refuses what is signed and is no message', async () => {
    const other = { ...signed(NEW), 'webhook-signature': new Webhook(NEW).sign('msg_1', AT, 'hello') }
    await expect(verify(other, { body: 'hello' })).rejects.toThrow(CallbackVerificationError)
  })

  const headers = signed(NEW)
  test.each<[string, Record<string, string>, object, string]>([
    ['another secret', signed(OLD), {}, 'No signature fits.'],
    ['another body', headers, { body: `${BODY} ` }, 'No signature fits.'],
    ['another id', { ...headers, 'webhook-id': 'msg_2' }, {}, 'No signature fits.'],
    ['no secret at all', headers, { secrets: [] }, 'No signature fits.'],
    ['another version', { ...headers, 'webhook-signature': 'v2,AAAA' }, {}, 'No signature fits.'],
    [
      'our signature under another version',
      { ...headers, 'webhook-signature': headers['webhook-signature'].replace('v1,', 'v2,') },
      {},
      'No signature fits.',
    ],
    ['a message of yesterday', headers, { now: AT.getTime() + 301_000 }, 'too old'],
    ['a message of tomorrow', headers, { now: AT.getTime() - 301_000 }, 'too old'],
    ['a tolerance that is none', headers, { toleranceSeconds: Number.NaN }, 'too old'],
    ['a time that is none', { ...headers, 'webhook-timestamp': 'now' }, {}, 'not a number'],
    [
      'no signature',
      { 'webhook-id': 'a', 'webhook-timestamp': '1795424400' },
      { now: 1_795_424_400_000 },
      'webhook-signature is missing',
    ],
    ['no id', { ...headers, 'webhook-id': '' }, {}, 'webhook-id is missing'],
  ])('refuses %s', async (_name, ...[given, more, says]) => {
    await expect(verify(given, more)).rejects.toThrow(says)
  })
})
