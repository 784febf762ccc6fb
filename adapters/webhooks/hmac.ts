import { DefinitionError } from '#domain/agent/errors.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** Secrets as an author has them: a variable that is not set is `undefined`, and is left out. */
export type Secrets = readonly (string | undefined)[]

/** @throws {DefinitionError} when none is left: then every message would be refused. */
export function givenSecrets(maker: string, secrets: Secrets): readonly string[] {
  const given = secrets.filter((secret): secret is string => secret !== undefined && secret.trim() !== '')
  if (given.length > 0) return given
  throw new DefinitionError(
    `${maker} needs at least one secret, and none is set. Pass it from env: ${maker}({ secrets: [env.YOUR_SECRET] }).`,
  )
}

/** Whether any of the signatures is the HMAC-SHA256 of `content` under any of the keys. Takes as long whichever it is. */
export async function isSigned(content: Bytes, keys: readonly Bytes[], signatures: readonly Bytes[]): Promise<boolean> {
  let signed = false
  for (const bytes of keys) {
    const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify'])
    // `verify` compares in constant time (https://w3c.github.io/webcrypto/#hmac-operations-verify).
    for (const signature of signatures) signed = (await crypto.subtle.verify('HMAC', key, signature, content)) || signed
  }
  return signed
}

/** `null` for what is not base64. */
export function fromBase64(text: string): Bytes | null {
  try {
    return Uint8Array.from(atob(text), (char) => char.charCodeAt(0))
  } catch {
    return null
  }
}
