import type { ApiKey } from '#domain/tenant/principal.ts'
import type { ApiKeys } from '#ports/api-keys.ts'

/** Keys from the settings, and behind them those of a store. */
export class ApiKeyList implements ApiKeys {
  readonly #listed: readonly ApiKey[]
  readonly #stored: ApiKeys

  constructor(listed: readonly ApiKey[], stored: ApiKeys) {
    this.#listed = listed
    this.#stored = stored
  }

  async find(id: string): Promise<ApiKey | null> {
    return this.#listed.find((key) => key.id === id) ?? this.#stored.find(id)
  }

  async any(): Promise<boolean> {
    return this.#listed.length > 0 || this.#stored.any()
  }
}
