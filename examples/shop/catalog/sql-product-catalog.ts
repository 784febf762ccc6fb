import { type SqlDatabase, type SqlRow, type Table, numberAt, textAt } from 'errand'
import {
  type Draft,
  type Language,
  type Product,
  ProductNotFoundError,
  type ProductSummary,
  type StoredDraft,
} from './product.ts'
import type { ProductCatalog } from './product-catalog.ts'
import { handleFrom } from './shopify-csv.ts'

export const draftTable: Table = {
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
  readonly database: SqlDatabase
  /** Epoch milliseconds. */
  readonly now: () => number
}

/** Fixed products, drafts in a database. */
export class SqlProductCatalog implements ProductCatalog {
  readonly #products: ReadonlyMap<string, Product>
  readonly #database: SqlDatabase
  readonly #now: () => number

  constructor({ products, database, now }: SqlProductCatalogOptions) {
    this.#products = new Map(products.map((product) => [product.handle, product]))
    this.#database = database
    this.#now = now
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
    await this.#database.batch([
      {
        sql: `INSERT INTO drafts (idempotency_key, product, language, text, saved_at) VALUES (?, ?, ?, ?, ?)
              ON CONFLICT (idempotency_key) DO NOTHING`,
        params: [idempotencyKey, handle, language, text, this.#now()],
      },
    ])
  }

  async drafts(handle: string | null): Promise<readonly StoredDraft[]> {
    const rows = await this.#database.query(
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
