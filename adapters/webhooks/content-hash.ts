import { WebHasher } from '#adapters/web/hasher.ts'
import { type JsonValue, canonicalJson } from '#domain/json/json.ts'

/**
 * SHA-256 (hex) of a value, the same in any order of its members. For a `filter`: compare what an event says with
 * what you wrote.
 */
export function contentHash(value: JsonValue): Promise<string> {
  return new WebHasher().sha256(canonicalJson(value))
}
