import { Webhook } from 'standardwebhooks'
import { Webhook as SvixWebhook } from 'svix'
import { describe, expect, test } from 'vitest'
import { problemWithSecret, signatureHeaders } from '#adapters/callbacks/signature.ts'
import { SECRETS, messageTo } from '#test/contracts/callback-sender.contract.ts'

const message = messageTo('https://shop.example.com/hooks')
const libraries = [
  { library: 'standardwebhooks', verifier: (secret: string) => new Webhook(secret) },
  { library: 'svix', verifier: (secret: string) => new SvixWebhook(secret) },
]

function secretOf(bytes: number): string {
  return `whsec_${Buffer.alloc(bytes, 0xfb).toString('base64')}`
}

describe.each(libraries)('$library', ({ verifier }) => {
  test('verifies what one secret has signed', async () => {
    const headers = await signatureHeaders({ ...message, secrets: [SECRETS[0]] })
    expect(headers['webhook-signature']?.split(' ')).toHaveLength(1)
    expect(() => verifier(SECRETS[0]).verify(message.body, headers)).not.toThrow()
    expect(() => verifier(SECRETS[1]).verify(message.body, headers)).toThrow()
  })

  test.each(SECRETS)('verifies with either secret while one takes the place of the other: %#', async (secret) => {
    const headers = await signatureHeaders(message)
    expect(headers['webhook-signature']?.split(' ')).toHaveLength(2)
    expect(() => verifier(secret).verify(message.body, headers)).not.toThrow()
  })

  test.each(['webhook-id', 'webhook-timestamp'])('notices another %s', async (name) => {
    const headers = await signatureHeaders(message)
    const other = { ...headers, [name]: String(Number(headers['webhook-timestamp']) + 1) }
    expect(() => verifier(SECRETS[0]).verify(message.body, other)).toThrow()
  })

  test('notices another body', async () => {
    const headers = await signatureHeaders(message)
    expect(() => verifier(SECRETS[0]).verify(`${message.body} `, headers)).toThrow()
  })

  test.each([24, 25, 26, 32, 64])('reads a secret of %i bytes as we do', async (bytes) => {
    const headers = await signatureHeaders({ ...message, secrets: [secretOf(bytes)] })
    expect(() => verifier(secretOf(bytes)).verify(message.body, headers)).not.toThrow()
  })
})

test('the example of the specification has the signature that others compute for it', async () => {
  const example = {
    ...message,
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    at: 1_614_265_330_999,
    body: '{"test": 2432232314}',
  }
  expect(await signatureHeaders({ ...example, secrets: [SECRETS[0]] })).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  })
})

describe('a secret', () => {
  test.each([...SECRETS, secretOf(24), secretOf(64)])('is fine: %#', (secret) => {
    expect(problemWithSecret(secret)).toBeNull()
  })

  test.each([
    ['', 'must begin with whsec_'],
    ['MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'must begin with whsec_'],
    ['whpk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'must begin with whsec_'],
    [secretOf(25).slice(0, -1), 'must be base64, with its padding'],
    [secretOf(24).replaceAll('+', '-'), 'must be base64'],
    [`${secretOf(24)}\n`, 'must be base64'],
    ['whsec_%%%%', 'must be base64'],
    ['whsec_', '24 to 64 bytes in base64, and this one is 0'],
    [secretOf(23), '24 to 64 bytes in base64, and this one is 23'],
    [secretOf(65), '24 to 64 bytes in base64, and this one is 65'],
  ])('is refused and not repeated: %#', async (secret, problem) => {
    const told = problemWithSecret(secret)
    expect(told).toContain(problem)
    const content = secret.replace(/^wh[a-z]+_/, '')
    if (content !== '') expect(told).not.toContain(content)
    await expect(signatureHeaders({ ...message, secrets: [secret] })).rejects.toThrow(told ?? '')
  })
})
