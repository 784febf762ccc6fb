/// <reference types="@cloudflare/workers-types" />
import { DurableObject } from 'cloudflare:workers'
import type { SqlDatabase } from '#adapters/sql/database.ts'
import { ProductNotFoundError } from '#domain/shop/errors.ts'
import type { Draft, Product, ProductSummary, StoredDraft } from '#domain/shop/product.ts'
import type { ProductCatalog } from '#ports/product-catalog.ts'
import { askObject } from './outage.ts'
import { DurableObjectDatabase } from './database.ts'

/** What may be asked of a catalogue's object. Only plain values travel: an error would arrive without its class. */
export interface CatalogObject {
  list(): Promise<readonly ProductSummary[]>
  find(handle: string): Promise<Product | null>
  /** `false` when there is no such product. */
  save(draft: Draft, idempotencyKey: string): Promise<boolean>
  drafts(handle: string | null): Promise<readonly StoredDraft[]>
}

/** The class of an object that holds one shop's drafts. `open` gives it the catalogue over its own database. */
export function createCatalogObject<Env>(
  open: (db: SqlDatabase, env: Env) => Promise<ProductCatalog>,
): new (ctx: DurableObjectState, env: Env) => DurableObject<Env> & CatalogObject {
  return class extends DurableObject<Env> implements CatalogObject {
    readonly #catalog = open(new DurableObjectDatabase(this.ctx.storage), this.env)

    async list(): Promise<readonly ProductSummary[]> {
      return (await this.#catalog).list()
    }

    async find(handle: string): Promise<Product | null> {
      return (await this.#catalog).find(handle)
    }

    async save(draft: Draft, idempotencyKey: string): Promise<boolean> {
      try {
        await (await this.#catalog).saveDraft(draft, idempotencyKey)
        return true
      } catch (error) {
        if (error instanceof ProductNotFoundError) return false
        throw error
      }
    }

    async drafts(handle: string | null): Promise<readonly StoredDraft[]> {
      return (await this.#catalog).drafts(handle)
    }
  }
}

/**
 * A catalogue that lives in an object of its own.
 * The object is looked up for each call: a stub belongs to the request that made it, and this lives longer.
 */
export class RemoteProductCatalog implements ProductCatalog {
  readonly #open: () => CatalogObject

  constructor(open: () => CatalogObject) {
    this.#open = open
  }

  list(): Promise<readonly ProductSummary[]> {
    return askObject(() => this.#open().list(), { repeatable: true })
  }

  find(handle: string): Promise<Product | null> {
    return askObject(() => this.#open().find(handle), { repeatable: true })
  }

  async saveDraft(draft: Draft, idempotencyKey: string): Promise<void> {
    const saved = await askObject(() => this.#open().save(draft, idempotencyKey), { repeatable: true })
    if (!saved) throw new ProductNotFoundError(draft.product)
  }

  drafts(handle: string | null): Promise<readonly StoredDraft[]> {
    return askObject(() => this.#open().drafts(handle), { repeatable: true })
  }
}
