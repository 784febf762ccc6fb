import type { Actor } from '#domain/tenant/actor.ts'
import type { ApiKey } from '#domain/tenant/principal.ts'

/** The keys that callers prove themselves with. */
export interface ApiKeys {
  /** By the public part of the key; revoked ones too. */
  find(id: string): Promise<ApiKey | null>

  /**
   * Whether there ever was a key, revoked or not. Requests need no key until there was one. After the last revocation,
   * all are refused.
   */
  any(): Promise<boolean>
}

export interface Revocation {
  readonly at: number
  readonly by: Actor
}

/** Keeps keys. An implementation is correct when `test/contracts/api-keys.contract.ts` passes. */
export interface ApiKeyStore extends ApiKeys {
  add(key: ApiKey): Promise<void>

  /** The public parts of all keys, revoked ones too. */
  ids(): Promise<ReadonlySet<string>>

  /** Of all tenants, or of one; newest first. */
  list(tenantId: string | null): Promise<readonly ApiKey[]>

  /** `false` when there is no such key. Repeating it changes nothing. */
  revoke(id: string, revocation: Revocation): Promise<boolean>
}
