import type { CallbackMessage } from '#ports/callback-sender.ts'

const PREFIX = 'whsec_'
const LEAST_BYTES = 24
const MOST_BYTES = 64

/** What is wrong with a secret for signing, without repeating it; `null` when nothing is. */
export function problemWithSecret(secret: string): string | null {
  if (!secret.startsWith(PREFIX)) return `A callback secret must begin with ${PREFIX}, followed by base64.`
  const key = keyOf(secret)
  if (!key) return `What follows ${PREFIX} in a callback secret must be base64, with its padding.`
  if (key.length >= LEAST_BYTES && key.length <= MOST_BYTES) return null
  const range = `${String(LEAST_BYTES)} to ${String(MOST_BYTES)} bytes`
  return `A callback secret must be ${range} in base64, and this one is ${String(key.length)}.`
}

/** The headers that make a message verifiable, one signature for each of its secrets. Rejects when a secret has a problem. */
export async function signatureHeaders(message: CallbackMessage): Promise<Record<string, string>> {
  const timestamp = String(Math.floor(message.at / 1000))
  const content = `${message.id}.${timestamp}.${message.body}`
  const signatures = await Promise.all(message.secrets.map((secret) => sign(secret, content)))
  return {
    'webhook-id': message.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  }
}

async function sign(secret: string, content: string): Promise<string> {
  const problem = problemWithSecret(secret)
  const bytes = keyOf(secret)
  if (problem !== null || !bytes) throw new Error(problem ?? 'The callback secret cannot be read.')
  const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const mac = new Uint8Array(await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(content)))
  return `v1,${btoa(String.fromCharCode(...mac))}`
}

/** `null` when it is not base64 as everybody reads it: receivers differ about a missing padding and about stray bits. */
function keyOf(secret: string): Uint8Array<ArrayBuffer> | null {
  const base64 = secret.slice(PREFIX.length)
  try {
    const binary = atob(base64)
    return btoa(binary) === base64 ? Uint8Array.from(binary, (char) => char.charCodeAt(0)) : null
  } catch {
    return null
  }
}
