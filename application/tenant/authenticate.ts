import { refuseNewer } from '#domain/storage/format.ts'
import { keyIdIn } from '#domain/tenant/key-text.ts'
import { KEYLESS } from '#domain/tenant/actor.ts'
import { DEFAULT_TENANT } from '#domain/tenant/policy.ts'
import { API_KEY_FORMAT, type Principal, SCOPES } from '#domain/tenant/principal.ts'
import type { ApiKeys } from '#ports/api-keys.ts'
import type { Hasher } from '#ports/hasher.ts'

export interface AuthenticateDeps {
  readonly keys: ApiKeys
  readonly hasher: Hasher
}

/** Everybody, where there are no keys. */
const WITHOUT_KEY: Principal = { actor: KEYLESS, tenantId: DEFAULT_TENANT, scopes: SCOPES }

/** Says who holds a key. */
export class Authenticate {
  readonly #deps: AuthenticateDeps

  constructor(deps: AuthenticateDeps) {
    this.#deps = deps
  }

  /** `null` for a key that is unknown, wrong or revoked. @throws {NewerFormatError} */
  async execute(key: string): Promise<Principal | null> {
    const { keys, hasher } = this.#deps
    const id = keyIdIn(key)
    if (id === null) return null
    const hash = await hasher.sha256(key)
    const stored = await keys.find(id)
    const right = sameDigest(hash, stored?.hash ?? NO_DIGEST)
    if (!stored || !right || stored.revokedAt !== null) return null
    // What it may be used for may have changed its meaning.
    refuseNewer(`API key ${id}`, stored, API_KEY_FORMAT)
    return { actor: { kind: 'key', id }, tenantId: stored.tenantId, scopes: stored.scopes }
  }

  /** The principal of callers without a key; `null` as soon as there is a key. */
  async withoutKey(): Promise<Principal | null> {
    return (await this.#deps.keys.any()) ? null : WITHOUT_KEY
  }
}

const NO_DIGEST = '-'.repeat(64)

/** Compares every digit, so that the time taken does not show where two digests differ. */
function sameDigest(a: string, b: string): boolean {
  let difference = a.length ^ b.length
  for (let index = 0; index < a.length; index++) difference |= a.charCodeAt(index) ^ b.charCodeAt(index)
  return difference === 0
}
