import { DefinitionError } from '#domain/agent/errors.ts'
import type { JsonObject } from '#domain/json/json.ts'
import type { Verdict, Verify, WebhookHeaders } from '#domain/webhook/webhook.ts'
import { type Secrets, fromBase64, givenSecrets, isSigned } from './hmac.ts'
import { jsonBody } from './json-body.ts'

export interface StandardWebhookOptions {
  /** `whsec_` and base64. Several while one takes another's place. */
  readonly secrets: Secrets
  /** How far `webhook-timestamp` may be from our clock, in either direction; 300 unless given. */
  readonly toleranceSeconds?: number
}

const PREFIX = 'whsec_'
const TOLERANCE_S = 300

/**
 * Verifies messages as Standard Webhooks has them (https://www.standardwebhooks.com). The topic is `type` of the body,
 * and `occurredAt` its `timestamp`: the header is the time of the attempt, and no event's.
 * @throws {DefinitionError} when no secret is given, or one is none.
 */
export function standardWebhook({ secrets, toleranceSeconds = TOLERANCE_S }: StandardWebhookOptions): Verify {
  const keys = givenSecrets('standardWebhook', secrets).map(keyOf)
  return async (raw, headers, { now }): Promise<Verdict> => {
    const signed = signedHeaders(headers)
    if (!signed) return { refused: 'webhook-id, webhook-timestamp or webhook-signature is missing or malformed' }
    const { id, timestamp, signatures } = signed
    if (!(await isSigned(contentOf(`${id}.${timestamp}.`, raw), keys, signatures)))
      return { refused: 'webhook-signature does not fit the message under any secret of this webhook' }
    // After the signature, so that only the sender learns what our clock says.
    if (Math.abs(now - Number(timestamp) * 1000) > toleranceSeconds * 1000)
      return { refused: `webhook-timestamp is more than ${String(toleranceSeconds)} s from the time here` }
    const body = jsonBody(raw)
    return 'unreadable' in body ? body : eventOf(id, body.payload)
  }
}

function eventOf(eventId: string, payload: JsonObject): Verdict {
  const { type, timestamp } = payload
  const occurredAt = typeof timestamp === 'string' ? Date.parse(timestamp) : Number.NaN
  return {
    eventId,
    topic: typeof type === 'string' && type !== '' ? type : 'message',
    ...(!Number.isNaN(occurredAt) && { occurredAt }),
    payload,
  }
}

function signedHeaders(headers: WebhookHeaders) {
  const id = headers.get('webhook-id') ?? ''
  const timestamp = headers.get('webhook-timestamp') ?? ''
  const signatures = (headers.get('webhook-signature') ?? '')
    .split(' ')
    .slice(0, MOST_SIGNATURES)
    .flatMap((one) => (one.startsWith('v1,') ? (fromBase64(one.slice(3)) ?? []) : []))
  return id !== '' && /^\d{1,12}$/.test(timestamp) && signatures.length > 0 ? { id, timestamp, signatures } : null
}

/** A sender in rotation signs twice; each more costs a hash of the body. */
const MOST_SIGNATURES = 8

function contentOf(head: string, raw: Uint8Array): Uint8Array<ArrayBuffer> {
  const start = new TextEncoder().encode(head)
  const content = new Uint8Array(start.length + raw.length)
  content.set(start)
  content.set(raw, start.length)
  return content
}

function keyOf(secret: string): Uint8Array<ArrayBuffer> {
  const key = fromBase64(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret)
  if (key?.length) return key
  throw new DefinitionError(`standardWebhook: a secret must be ${PREFIX} followed by base64, and one is not.`)
}
