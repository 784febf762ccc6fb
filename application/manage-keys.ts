import type { ApiKey } from '#domain/tenant/principal.ts'
import type { ApiKeyStore } from '#ports/api-keys.ts'
import { type MadeKey, MakeKey, type MakeKeyDeps, type NewKey } from './make-key.ts'

export interface ManageKeysDeps extends MakeKeyDeps {
  readonly keys: ApiKeyStore
}

/** Makes, lists and revokes keys, for whoever runs the service. */
export class ManageKeys {
  readonly #deps: ManageKeysDeps
  readonly #makeKey: MakeKey

  constructor(deps: ManageKeysDeps) {
    this.#deps = deps
    this.#makeKey = new MakeKey(deps)
  }

  async create(wanted: NewKey): Promise<MadeKey> {
    const made = await this.#makeKey.execute(wanted)
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
}
