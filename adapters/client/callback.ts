import type { CallbackMessage } from './types.ts'

/** The message is not from Errand, is not whole, or is an old one sent again. */
export class CallbackVerificationError extends Error {
  override readonly name = 'CallbackVerificationError'
}

export interface ReceivedCallback {
  /** As it came, byte for byte: parsed and written again it would not fit its signature. */
  readonly body: string
  readonly headers: Headers | Readonly<Record<string, string | undefined>>
  /** `whsec_…`; any of them may have signed. */
  readonly secrets: readonly string[]
  /** Epoch milliseconds; the clock's, if nothing is said. */
  readonly now?: number
  /** How old, or how far in the future, a message may be. */
  readonly toleranceSeconds?: number
}

const SIGNATURE = /^v1,([A-Za-z0-9+/]+={0,2})$/

/**
 * The message of a callback, if it is genuine (https://www.standardwebhooks.com). Messages can come more than once: their `webhook-id` tells.
 * @throws {CallbackVerificationError}
 */
export async function verifyCallback(received: ReceivedCallback): Promise<CallbackMessage> {
  const { body, headers, secrets, now = Date.now(), toleranceSeconds = 300 } = received
  const id = headerOf(headers, 'webhook-id')
  const timestamp = headerOf(headers, 'webhook-timestamp')
  if (!/^\d{1,12}$/.test(timestamp)) throw new CallbackVerificationError('The webhook-timestamp is not a number.')
  if (Math.abs(now / 1000 - Number(timestamp)) > toleranceSeconds) {
    throw new CallbackVerificationError('The message is too old, or the clocks differ.')
  }
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${body}`)
  const signatures = headerOf(headers, 'webhook-signature').split(' ').flatMap(bytesOf)
  for (const secret of secrets)
    if (await isSigned(signed, signatures, secret)) return JSON.parse(body) as CallbackMessage
  throw new CallbackVerificationError('No signature fits.')
}

async function isSigned(
  signed: Uint8Array<ArrayBuffer>,
  signatures: readonly Uint8Array<ArrayBuffer>[],
  secret: string,
): Promise<boolean> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', decode(secret.replace(/^whsec_/, '')), algorithm, false, ['verify'])
  for (const signature of signatures) if (await crypto.subtle.verify('HMAC', key, signature, signed)) return true
  return false
}

/** Of other versions than ours there is nothing to say. */
function bytesOf(text: string): readonly Uint8Array<ArrayBuffer>[] {
  const base64 = SIGNATURE.exec(text)?.[1]
  return base64 === undefined ? [] : [decode(base64)]
}

function decode(base64: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
  } catch {
    throw new CallbackVerificationError('A secret or a signature is not base64.')
  }
}

function headerOf(headers: ReceivedCallback['headers'], name: string): string {
  const value =
    headers instanceof Headers
      ? headers.get(name)
      : Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1]
  if (value === undefined || value === null || value === '')
    throw new CallbackVerificationError(`The header ${name} is missing.`)
  return value
}
