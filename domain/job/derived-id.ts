/** The alphabet of ULIDs, https://github.com/ulid/spec. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const LENGTH = 26

/** How ids are made of a secret and a request (`format.ts`); stored beside the secret. */
export const DERIVED_ID_FORMAT = 1

/**
 * An id of the usual form, derived from the first 128 bits of a SHA-256 digest (hex) and not from time and randomness.
 * A repeat under the same idempotency key has the same id, so the store rejects it as a duplicate.
 */
export function derivedId(prefix: string, digest: string): string {
  let rest = BigInt(`0x${digest.slice(0, 32)}`)
  let text = ''
  while (text.length < LENGTH) {
    text = (ALPHABET[Number(rest % 32n)] ?? '') + text
    rest /= 32n
  }
  return `${prefix}_${text}`
}
