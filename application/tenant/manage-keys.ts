import type { Actor } from '#domain/tenant/actor.ts'
import { KeyNotFoundError } from '#domain/tenant/errors.ts'
import type { ApiKey } from '#domain/tenant/principal.ts'
import type { ApiKeyStore } from '#ports/api-keys.ts'
import { type MadeKey, MakeKey, type MakeKeyDeps, type NewKey } from './make-key.ts'

export interface ManageKeysDeps extends MakeKeyDeps {
  readonly keys: ApiKeyStore
}

/** Makes, lists and revokes keys, for the operator or for a tenant. */
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

  /** `wasLast`: no stored key is good any more, so every request is refused. `null` when there is no such key. */
  async revoke(id: string, by: Actor): Promise<{ readonly wasLast: boolean } | null> {
    const { keys, clock } = this.#deps
    if (!(await keys.revoke(id, { at: clock.now(), by }))) return null
    return { wasLast: (await keys.list(null)).every(({ revokedAt }) => revokedAt !== null) }
  }

  /** The same for a caller, who has only the keys of its tenant. @throws {KeyNotFoundError} */
  async revokeOf(tenantId: string, id: string, by: Actor): Promise<ApiKey> {
    const { keys, clock } = this.#deps
    const isTheirs = (await keys.find(id))?.tenantId === tenantId
    const revoked = isTheirs && (await keys.revoke(id, { at: clock.now(), by })) ? await keys.find(id) : null
    if (!revoked) throw new KeyNotFoundError(id)
    return revoked
  }
}
