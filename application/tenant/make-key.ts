import { DefinitionError } from '#domain/agent/errors.ts'
import type { Actor } from '#domain/tenant/actor.ts'
import { keyText } from '#domain/tenant/key-text.ts'
import { API_KEY_FORMAT, type ApiKey, type Scope, problemWithScopes } from '#domain/tenant/principal.ts'
import type { Clock } from '#ports/clock.ts'
import type { Hasher } from '#ports/hasher.ts'
import type { Random } from '#ports/random.ts'

export interface MakeKeyDeps {
  readonly hasher: Hasher
  readonly random: Random
  readonly clock: Clock
}

export interface NewKey {
  readonly tenantId: string
  readonly scopes: readonly Scope[]
  readonly name: string
  readonly by: Actor
}

export interface MadeKey {
  readonly key: ApiKey
  readonly secret: string
}

/** Makes a key that is not stored anywhere yet, with its secret, which cannot be shown again. */
export class MakeKey {
  readonly #deps: MakeKeyDeps

  constructor(deps: MakeKeyDeps) {
    this.#deps = deps
  }

  /** @throws {DefinitionError} for a scope that there is none of. */
  async execute({ tenantId, scopes, name, by }: NewKey): Promise<MadeKey> {
    const problem = problemWithScopes(scopes)
    if (problem !== null) throw new DefinitionError(problem)
    const { hasher, clock } = this.#deps
    const id = this.#hex(16)
    const secret = keyText(id, this.#hex(64))
    const hash = await hasher.sha256(secret)
    const made = { createdAt: clock.now(), createdBy: by, revokedAt: null, revokedBy: null }
    return { key: { format: API_KEY_FORMAT, id, tenantId, scopes, name, hash, ...made }, secret }
  }

  #hex(digits: number): string {
    return Array.from({ length: digits }, () => Math.floor(this.#deps.random.fraction() * 16).toString(16)).join('')
  }
}
