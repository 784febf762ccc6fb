import { withDeadline } from '#application/time/deadline.ts'
import { StorageUnavailableError } from '#domain/storage/errors.ts'
import type { ApiKey } from '#domain/tenant/principal.ts'
import type { ApiKeyStore, ApiKeys } from '#ports/api-keys.ts'
import type { Clock } from '#ports/clock.ts'
import type { InBackground } from '#ports/in-background.ts'

/** Unknown ids that are remembered; they never take the place of a key. */
const MOST_UNKNOWN = 1000
/** Look-ups of ids that are not remembered, while keys stay fresh, before one list of all ids answers the others. */
const MOST_LOOKUPS = 20
/** How long a list is waited for, and when it is taken for lost: on Workers it may end with the request that began it. */
const LOST_MS = 5000
const NEVER = new AbortController().signal
/** Of the time that a value is fresh: from then on a request that uses it has it read again. */
const RENEWED_AFTER = 0.75

export interface KeyCacheOptions {
  readonly clock: Clock
  /** How long a revoked key may go on, and a new one may be unknown. */
  readonly freshMs: number
  readonly inBackground: InBackground
}

interface Known<T> {
  readonly value: T
  readonly at: number
}

/**
 * A cache of a store's keys, because the store may be far away and every request needs a key. A flood of unknown keys
 * causes at most `MOST_LOOKUPS` look-ups and one list in that time, and existing keys are still found. A key in use is
 * read again before its time is over, so that no request waits for that.
 */
export class CachedApiKeys implements ApiKeys {
  readonly #keys: Pick<ApiKeyStore, 'find' | 'any' | 'ids'>
  readonly #clock: Clock
  readonly #freshMs: number
  readonly #inBackground: InBackground
  readonly #found = new Map<string, Known<ApiKey>>()
  readonly #unknown = new Map<string, number>()
  #lookups = { since: 0, count: 0 }
  #listing: Known<Promise<ReadonlySet<string>>> | null = null
  #hasAny: Known<boolean> | null = null
  readonly #renewals = new Set<string>()

  constructor(keys: Pick<ApiKeyStore, 'find' | 'any' | 'ids'>, { clock, freshMs, inBackground }: KeyCacheOptions) {
    this.#keys = keys
    this.#clock = clock
    this.#freshMs = freshMs
    this.#inBackground = inBackground
  }

  /** @throws {StorageUnavailableError} */
  async find(id: string): Promise<ApiKey | null> {
    const known = this.#found.get(id)
    if (known && this.#isFresh(known.at)) {
      this.#renew(`key ${id}`, known.at, () => this.#look(id))
      return known.value
    }
    if (!known && (await this.#isUnknown(id))) return null
    return this.#look(id)
  }

  async any(): Promise<boolean> {
    const known = this.#hasAny
    // Where there was a key once there is no way back.
    if (known?.value) return true
    if (!known || !this.#isFresh(known.at)) return this.#lookForAny()
    this.#renew('any', known.at, () => this.#lookForAny())
    return false
  }

  async #look(id: string): Promise<ApiKey | null> {
    const at = this.#clock.monotonic()
    const value = await this.#keys.find(id)
    if (value) this.#found.set(id, { value, at })
    else this.#forget(id)
    return value
  }

  async #lookForAny(): Promise<boolean> {
    const at = this.#clock.monotonic()
    const value = await this.#keys.any()
    this.#hasAny = { value, at }
    return value
  }

  /** One that fails or is lost leaves it to the first request after the value's time. */
  #renew(what: string, at: number, look: () => Promise<unknown>): void {
    if (this.#clock.monotonic() - at < this.#freshMs * RENEWED_AFTER || this.#renewals.has(what)) return
    this.#renewals.add(what)
    void this.#inBackground(async () => {
      await look().catch(() => undefined)
      this.#renewals.delete(what)
    })
  }

  /** Whether that is known without a look-up. */
  async #isUnknown(id: string): Promise<boolean> {
    const at = this.#unknown.get(id)
    if (at !== undefined && this.#isFresh(at)) return true
    if (!this.#isFresh(this.#lookups.since)) this.#lookups = { since: this.#clock.monotonic(), count: 0 }
    if (++this.#lookups.count <= MOST_LOOKUPS) return false
    return !(await this.#ids()).has(id)
  }

  /** All who ask at about the same time have them of one read. */
  async #ids(): Promise<ReadonlySet<string>> {
    const now = this.#clock.monotonic()
    const usable = this.#listing && this.#isFresh(this.#listing.at)
    if (!usable) {
      const value = this.#keys.ids()
      const listing = { value, at: now }
      this.#listing = listing
      value.catch(() => {
        if (this.#listing === listing) this.#listing = null
      })
    }
    const ids = this.#listing?.value ?? Promise.resolve(new Set<string>())
    const timeoutError = (): Error => new StorageUnavailableError(new Error('The keys could not be listed in time.'))
    return withDeadline({ clock: this.#clock, timeoutMs: LOST_MS, signal: NEVER, timeoutError }, () => ids)
  }

  #forget(id: string): void {
    this.#found.delete(id)
    this.#unknown.delete(id)
    const [oldest] = this.#unknown.keys()
    if (this.#unknown.size >= MOST_UNKNOWN && oldest !== undefined) this.#unknown.delete(oldest)
    this.#unknown.set(id, this.#clock.monotonic())
  }

  #isFresh(at: number): boolean {
    return this.#clock.monotonic() - at < this.#freshMs
  }
}
