import { Webhook as Signer } from 'standardwebhooks'
import { expect, test } from 'vitest'
import { standardWebhook } from '#adapters/webhooks/standard.ts'
import { T0 } from '#test/support/fixtures.ts'

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const OTHER = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'
const BODY = '{"type":"invoice.paid","timestamp":"2096-10-02T07:06:30Z","data":{"id":"å"}}'

/** As the library of the specification signs. */
function signed(at = T0, secrets = [SECRET]): Headers {
  const signatures = secrets.map((secret) => new Signer(secret).sign('msg_1', new Date(at), BODY))
  return new Headers({
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(Math.floor(at / 1000)),
    'webhook-signature': signatures.join(' '),
  })
}

const verifyAt = (now: number, headers: Headers, secrets = [SECRET]) =>
  standardWebhook({ secrets })(new TextEncoder().encode(BODY), headers, { now })

test('takes what the library of the specification signs; topic and time are those of the body', async () => {
  expect(await verifyAt(T0, signed())).toEqual({
    eventId: 'msg_1',
    topic: 'invoice.paid',
    occurredAt: Date.parse('2096-10-02T07:06:30Z'),
    payload: JSON.parse(BODY) as unknown,
  })
})

test('takes any secret of the receiver with any signature of the sender', async () => {
  expect(await verifyAt(T0, signed(T0, [OTHER, SECRET]))).toHaveProperty('eventId')
  expect(await verifyAt(T0, signed(), [OTHER, SECRET])).toHaveProperty('eventId')
  expect(await verifyAt(T0, signed(), [OTHER])).toHaveProperty('refused')
})

test('tries eight signatures of one message and no more: each costs a hash of the body', async () => {
  const others = (count: number): string[] => Array<string>(count).fill(OTHER)
  expect(await verifyAt(T0, signed(T0, [...others(7), SECRET]))).toHaveProperty('eventId')
  expect(await verifyAt(T0, signed(T0, [...others(8), SECRET]))).toHaveProperty('refused')
})

test('refuses a message of more than five minutes ago, or of the future', async () => {
  expect(await verifyAt(T0 + 300_000, signed())).toHaveProperty('eventId')
  expect(await verifyAt(T0 + 301_000, signed())).toHaveProperty('refused')
  expect(await verifyAt(T0 - 301_000, signed())).toHaveProperty('refused')
  const patient = standardWebhook({ secrets: [SECRET], toleranceSeconds: 3600 })
  expect(await patient(new TextEncoder().encode(BODY), signed(), { now: T0 + 3_600_000 })).toHaveProperty('eventId')
})

test.each([
  ['another id', { 'webhook-id': 'msg_2' }],
  ['no id', { 'webhook-id': '' }],
  ['another time', { 'webhook-timestamp': String(T0 / 1000 + 1) }],
  ['a time that is none', { 'webhook-timestamp': '1e9' }],
  ['no signature', { 'webhook-signature': '' }],
  [
    'the same signature as another version',
    { 'webhook-signature': signed().get('webhook-signature')?.replace('v1,', 'v2,') ?? '' },
  ],
  [
    'a signature of another version',
    { 'webhook-signature': signed().get('webhook-signature')?.replace('v1', 'v1a') ?? '' },
  ],
])('refuses %s', async (_what, changed) => {
  const headers = signed()
  for (const [name, value] of Object.entries(changed)) headers.set(name, value)
  expect(await verifyAt(T0, headers)).toHaveProperty('refused')
})

test('a secret that is no base64 is refused at the start', () => {
  expect(() => standardWebhook({ secrets: ['whsec_%%%'] })).toThrow('must be whsec_ followed by base64')
  expect(() => standardWebhook({ secrets: [] })).toThrow('at least one secret')
})
