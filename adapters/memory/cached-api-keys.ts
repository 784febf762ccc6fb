import type { ApiKey } from '#domain/tenant/principal.ts'
import type { ApiKeys } from '#ports/api-keys.ts'
import type { Clock } from '#ports/clock.ts'

/** Whoever tries many ids must not fill the memory. */
const MOST = 1000

export interface KeyCacheOptions {
  readonly clock: Clock
  /** How long a revoked key may go on, and a new one may be unknown. */
  readonly freshMs: number
}

/** Keys of a store, remembered for a short while: it may be far away, and is asked with every request. */
export class CachedApiKeys implements ApiKeys {
  readonly #keys: ApiKeys
  readonly #clock: Clock
  readonly #freshMs: number
  readonly #found = new Map<string, { readonly key: ApiKey | null; readonly at: number }>()
  #any: { readonly yes: boolean; readonly at: number } | null = null

  constructor(keys: ApiKeys, { clock, freshMs }: KeyCacheOptions) {
    this.#keys = keys
    this.#clock = clock
    this.#freshMs = freshMs
  }

  async find(id: string): Promise<ApiKey | null> {
    const known = this.#found.get(id)
    if (known && this.#isFresh(known.at)) return known.key
    const key = await this.#keys.find(id)
    if (this.#found.size >= MOST) this.#found.clear()
    this.#found.set(id, { key, at: this.#clock.now() })
    return key
  }

  async any(): Promise<boolean> {
    if (this.#any && this.#isFresh(this.#any.at)) return this.#any.yes
    const yes = await this.#keys.any()
    this.#any = { yes, at: this.#clock.now() }
    return yes
  }

  #isFresh(at: number): boolean {
    return this.#clock.now() - at < this.#freshMs
  }
}
