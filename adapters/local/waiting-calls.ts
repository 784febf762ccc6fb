import { FairPlaces } from '#domain/tenant/fair-places.ts'
import type { CallTurn } from '#ports/model.ts'

export interface WaitingCall extends Pick<CallTurn, 'tenantId' | 'isItem'> {
  readonly begin: () => void
}

type OfTenants = Map<string, Set<WaitingCall>>

/**
 * Calls that wait for one provider. Those of items come after all others. Of several tenants, the one with the fewest
 * calls in flight is next; the calls of a tenant are first come first served.
 */
export class WaitingCalls {
  /** Of as many places as there are: how many calls may begin is not decided here. */
  readonly #fair = new FairPlaces({ places: Infinity })
  readonly #single: OfTenants = new Map()
  readonly #items: OfTenants = new Map()

  get isEmpty(): boolean {
    return this.#single.size === 0 && this.#items.size === 0
  }

  add(call: WaitingCall): void {
    const waiting = this.#like(call)
    const own = waiting.get(call.tenantId) ?? new Set()
    waiting.set(call.tenantId, own.add(call))
  }

  delete(call: WaitingCall): void {
    const waiting = this.#like(call)
    const own = waiting.get(call.tenantId)
    own?.delete(call)
    if (own?.size === 0) waiting.delete(call.tenantId)
  }

  /** Of those that wait; `null` when none does. */
  next(): WaitingCall | null {
    const waiting = this.#single.size > 0 ? this.#single : this.#items
    const tenantId = this.#fair.next(waiting.keys())
    const [first = null] = tenantId === null ? [] : (waiting.get(tenantId) ?? [])
    return first
  }

  /** A call of the tenant is in flight. */
  begun(tenantId: string): void {
    this.#fair.take(tenantId)
  }

  ended(tenantId: string): void {
    this.#fair.release(tenantId)
  }

  #like({ isItem }: WaitingCall): OfTenants {
    return isItem ? this.#items : this.#single
  }
}
