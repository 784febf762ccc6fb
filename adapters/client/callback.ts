import type { CallbackMessage } from './types.ts'

/** The message is not from Errand, is not whole, or is an old one sent again. */
export class CallbackVerificationError extends Error {
  override readonly name = 'CallbackVerificationError'
}

export interface ReceivedCallback {
  /** As it came, byte for byte: parsed and written again it would not fit its signature. */
  readonly body: string
  readonly headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>
  /** `whsec_…`; any of them may have signed. */
  readonly secrets: readonly string[]
  /** Epoch milliseconds; the clock's, if nothing is said. */
  readonly now?: number
  /** How old, or how far in the future, a message may be. */
  readonly toleranceSeconds?: number
}

/**
 * The shortest secret that the standard allows. An empty or truncated setting is shorter, and would let an attacker
 * sign.
 */
const LEAST_SECRET_BYTES = 24

/**
 * The message of a callback, if it is genuine (https://www.standardwebhooks.com). Messages can come more than once,
 * with the same `webhook-id`.
 * @throws {CallbackVerificationError}
 */
export async function verifyCallback(received: ReceivedCallback): Promise<CallbackMessage> {
  const { body, headers, secrets, now = Date.now(), toleranceSeconds = 300 } = received
  const id = headerOf(headers, 'webhook-id')
  const timestamp = headerOf(headers, 'webhook-timestamp')
  if (!/^\d{1,12}$/.test(timestamp)) throw new CallbackVerificationError('The webhook-timestamp is not a number.')
  if (!(Math.abs(now / 1000 - Number(timestamp)) <= toleranceSeconds)) {
    throw new CallbackVerificationError('The message is too old, or the clocks differ.')
  }
  const signed = new Uint8Array(new TextEncoder().encode(`${id}.${timestamp}.${body}`))
  const signatures = headerOf(headers, 'webhook-signature').split(' ').flatMap(bytesOf)
  const keys = secrets.map(keyOf)
  for (const key of keys) if (await isSigned(signed, signatures, key)) return parsed(body)
  throw new CallbackVerificationError('No signature fits.')
}

async function isSigned(
  signed: Uint8Array<ArrayBuffer>,
  signatures: readonly Uint8Array<ArrayBuffer>[],
  secret: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', secret, algorithm, false, ['verify'])
  for (const signature of signatures) if (await crypto.subtle.verify('HMAC', key, signature, signed)) return true
  return false
}

/** Nothing for other versions than ours, and for what is no signature: another one may fit. */
function bytesOf(text: string): readonly Uint8Array<ArrayBuffer>[] {
  const bytes = text.startsWith('v1,') ? decode(text.slice(3)) : null
  return bytes ? [bytes] : []
}

/** Does not repeat the secret. */
function keyOf(secret: string): Uint8Array<ArrayBuffer> {
  const bytes = decode(secret.replace(/^whsec_/, ''))
  if (bytes && bytes.length >= LEAST_SECRET_BYTES) return bytes
  throw new CallbackVerificationError(
    `Each secret must be whsec_ and at least ${String(LEAST_SECRET_BYTES)} bytes in base64: is the setting missing?`,
  )
}

function decode(base64: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
  } catch {
    return null
  }
}

function parsed(body: string): CallbackMessage {
  try {
    return JSON.parse(body) as CallbackMessage
  } catch {
    throw new CallbackVerificationError('The message is signed and is not JSON.')
  }
}

function headerOf(headers: ReceivedCallback['headers'], name: string): string {
  const value = isHeaders(headers)
    ? headers.get(name)
    : Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1]
  if (typeof value !== 'string' || value === '') throw new CallbackVerificationError(`The header ${name} is missing.`)
  return value
}

/** By what it can do: a program may have the class of a library beside the runtime's own. */
function isHeaders(headers: ReceivedCallback['headers']): headers is Headers {
  return typeof headers.get === 'function'
}
