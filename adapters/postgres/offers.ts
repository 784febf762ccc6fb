import type { Claim } from './claims.ts'

/** Work that is due without a claim: the caller knows that its holder is gone. */
export type Offer = Pick<Claim, 'id' | 'tenantId'>

/** For the worker of that kind. */
export interface OfferOfKind extends Offer {
  readonly kind: string
  /** Of a job. */
  readonly agent?: string | undefined
}

/** What was offered and not begun yet, by tenant. */
export class Offers {
  readonly #offers = new Map<string, Map<string, Offer>>()

  /** One that is here already is the same. */
  add(offer: Offer): void {
    const ofTenant = this.#offers.get(offer.tenantId) ?? new Map<string, Offer>()
    this.#offers.set(offer.tenantId, ofTenant.set(offer.id, offer))
  }

  /** The first of the tenant's, at most `most`, which are here no longer. */
  take(tenantId: string, most: number): readonly Offer[] {
    const ofTenant = this.#offers.get(tenantId)
    if (!ofTenant) return []
    const first = [...ofTenant.values()].slice(0, most)
    for (const { id } of first) ofTenant.delete(id)
    if (ofTenant.size === 0) this.#offers.delete(tenantId)
    return first
  }
}
