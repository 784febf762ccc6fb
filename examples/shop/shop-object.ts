/// <reference types="@cloudflare/workers-types" />
import { DurableObject } from 'cloudflare:workers'
import { askObject, openObjectDatabase } from 'errand/cloudflare'
import type { ProductCatalog } from './catalog/product-catalog.ts'
import {
  type Draft,
  type Product,
  ProductNotFoundError,
  type ProductSummary,
  type StoredDraft,
} from './catalog/product.ts'
import csv from './catalog/sample-products.csv'
import { parseShopifyCsv } from './catalog/shopify-csv.ts'
import { SqlProductCatalog, draftTable } from './catalog/sql-product-catalog.ts'

export interface ShopBindings {
  readonly SAMPLE_SHOP: { getByName(name: string): ShopStub }
  readonly SHOP_CURRENCY?: string
}

/** What may be asked of the object. Only plain values travel: an error would arrive without its class. */
interface ShopStub {
  list(): Promise<readonly ProductSummary[]>
  find(handle: string): Promise<Product | null>
  /** `false` when there is no such product. */
  save(draft: Draft, idempotencyKey: string): Promise<boolean>
  drafts(handle: string | null): Promise<readonly StoredDraft[]>
}

/** An object of the shop's own, with a database of its own. The products come with the bundle. */
export class SampleShop extends DurableObject<ShopBindings> implements ShopStub {
  readonly #catalog = this.#open()

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

  async #open(): Promise<ProductCatalog> {
    const database = await openObjectDatabase(this.ctx.storage, [draftTable])
    const { products } = parseShopifyCsv(csv, this.env.SHOP_CURRENCY ?? 'SEK')
    return new SqlProductCatalog({ products, database, now: Date.now })
  }
}

/** Looks the object up for each call: a stub belongs to the request that made it, and this lives longer. */
export class RemoteProductCatalog implements ProductCatalog {
  readonly #object: () => ShopStub

  constructor(object: () => ShopStub) {
    this.#object = object
  }

  list(): Promise<readonly ProductSummary[]> {
    return askObject(() => this.#object().list(), { repeatable: true })
  }

  find(handle: string): Promise<Product | null> {
    return askObject(() => this.#object().find(handle), { repeatable: true })
  }

  async saveDraft(draft: Draft, idempotencyKey: string): Promise<void> {
    const saved = await askObject(() => this.#object().save(draft, idempotencyKey), { repeatable: true })
    if (!saved) throw new ProductNotFoundError(draft.product)
  }

  drafts(handle: string | null): Promise<readonly StoredDraft[]> {
    return askObject(() => this.#object().drafts(handle), { repeatable: true })
  }
}
