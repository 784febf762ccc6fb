import { derivedId } from '#domain/job/derived-id.ts'
import type { Hasher } from '#ports/hasher.ts'
import type { IdSecret } from '#ports/id-secret.ts'

export interface DerivedIdsDeps {
  readonly hasher: Hasher
  readonly idSecret: IdSecret
}

/** Ids that are made from idempotency keys: the same tenant and key always mean the same id. */
export class DerivedIds {
  readonly #deps: DerivedIdsDeps

  constructor(deps: DerivedIdsDeps) {
    this.#deps = deps
  }

  async make(prefix: 'job' | 'op' | 'bat' | 'evt' | 'whl', tenantId: string, key: string): Promise<string> {
    const { hasher, idSecret } = this.#deps
    // Of the digest half is shown, so nothing can be appended to what was hashed.
    return derivedId(prefix, await hasher.sha256([await idSecret.read(), prefix, tenantId, key].join('\n')))
  }
}
