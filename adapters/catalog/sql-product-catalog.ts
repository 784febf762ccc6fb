import { type SqlDatabase, type SqlRow, numberAt, textAt } from '#adapters/sql/database.ts'
import type { SqlSchema } from '#adapters/sql/schema.ts'
import { ProductNotFoundError } from '#domain/shop/errors.ts'
import type { Draft, Language, Product, ProductSummary, StoredDraft } from '#domain/shop/product.ts'
import type { Clock } from '#ports/clock.ts'
import type { ProductCatalog } from '#ports/product-catalog.ts'
import { handleFrom } from './shopify-csv.ts'

export const draftSchema: SqlSchema = {
  name: 'drafts',
  statements: [
    `CREATE TABLE drafts (
       idempotency_key TEXT PRIMARY KEY,
       product TEXT NOT NULL,
       language TEXT NOT NULL,
       text TEXT NOT NULL,
       saved_at INTEGER NOT NULL
     )`,
    'CREATE INDEX drafts_by_product ON drafts (product, saved_at)',
  ],
}

export interface SqlProductCatalogOptions {
  readonly products: readonly Product[]
  readonly db: SqlDatabase
  readonly clock: Clock
}

/** Fixed products, drafts in a database. */
export class SqlProductCatalog implements ProductCatalog {
  readonly #products: ReadonlyMap<string, Product>
  readonly #db: SqlDatabase
  readonly #clock: Clock

  constructor({ products, db, clock }: SqlProductCatalogOptions) {
    this.#products = new Map(products.map((product) => [product.handle, product]))
    this.#db = db
    this.#clock = clock
  }

  async list(): Promise<readonly ProductSummary[]> {
    const all = [...this.#products.values()].map(({ handle, title, vendor, type }) => ({ handle, title, vendor, type }))
    return Promise.resolve(all.sort((a, b) => (a.handle < b.handle ? -1 : 1)))
  }

  async find(handle: string): Promise<Product | null> {
    return Promise.resolve(this.#products.get(handleFrom(handle)) ?? null)
  }

  async saveDraft({ product, language, text }: Draft, idempotencyKey: string): Promise<void> {
    const handle = handleFrom(product)
    if (!this.#products.has(handle)) throw new ProductNotFoundError(product)
    await this.#db.batch([
      {
        sql: `INSERT INTO drafts (idempotency_key, product, language, text, saved_at) VALUES (?, ?, ?, ?, ?)
              ON CONFLICT (idempotency_key) DO NOTHING`,
        params: [idempotencyKey, handle, language, text, this.#clock.now()],
      },
    ])
  }

  async drafts(handle: string | null): Promise<readonly StoredDraft[]> {
    const rows = await this.#db.query(
      `SELECT product, language, text, saved_at FROM drafts WHERE product = COALESCE(?, product)
       ORDER BY saved_at DESC, idempotency_key DESC`,
      handle === null ? null : handleFrom(handle),
    )
    return rows.map(draftIn)
  }
}

function draftIn(row: SqlRow): StoredDraft {
  return {
    product: textAt(row, 'product'),
    language: textAt(row, 'language') as Language,
    text: textAt(row, 'text'),
    savedAt: numberAt(row, 'saved_at'),
  }
}
