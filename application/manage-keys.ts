import { type ApiKey, type Scope } from '#domain/tenant/principal.ts'
import type { ApiKeyStore } from '#ports/api-keys.ts'
import type { Clock } from '#ports/clock.ts'
import type { Hasher } from '#ports/hasher.ts'
import type { Random } from '#ports/random.ts'

export interface ManageKeysDeps {
  readonly keys: ApiKeyStore
  readonly hasher: Hasher
  readonly random: Random
  readonly clock: Clock
}

export interface NewKey {
  readonly tenantId: string
  readonly scopes: readonly Scope[]
  readonly name: string
}

/** Makes, lists and revokes keys, for whoever runs the service. */
export class ManageKeys {
  readonly #deps: ManageKeysDeps

  constructor(deps: ManageKeysDeps) {
    this.#deps = deps
  }

  /** A key that is not stored anywhere yet, with its secret, which nobody can tell again. */
  async make({ tenantId, scopes, name }: NewKey): Promise<{ readonly key: ApiKey; readonly secret: string }> {
    const { hasher, clock } = this.#deps
    const id = this.#hex(16)
    const secret = `errand_${id}_${this.#hex(64)}`
    const hash = await hasher.sha256(secret)
    return { key: { id, tenantId, scopes, name, hash, createdAt: clock.now(), revokedAt: null }, secret }
  }

  async create(wanted: NewKey): Promise<{ readonly key: ApiKey; readonly secret: string }> {
    const made = await this.make(wanted)
    await this.#deps.keys.add(made.key)
    return made
  }

  list(tenantId: string | null): Promise<readonly ApiKey[]> {
    return this.#deps.keys.list(tenantId)
  }

  /** `false` when there is no such key. */
  revoke(id: string): Promise<boolean> {
    return this.#deps.keys.revoke(id, this.#deps.clock.now())
  }

  #hex(digits: number): string {
    return Array.from({ length: digits }, () => Math.floor(this.#deps.random.fraction() * 16).toString(16)).join('')
  }
}
