import { type SqlDatabase, type Table, textAt } from 'errand'
import type { Language } from '../catalog/product.ts'

export const descriptionTable: Table = {
  name: 'descriptions',
  statements: [
    `CREATE TABLE descriptions (product TEXT NOT NULL, language TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (product, language))`,
  ],
}

/** The descriptions that the sample shop shows in place of the supplier's. */
export class Descriptions {
  readonly #database: SqlDatabase

  constructor(database: SqlDatabase) {
    this.#database = database
  }

  async find(product: string, language: Language): Promise<string | null> {
    const sql = 'SELECT text FROM descriptions WHERE product = ? AND language = ?'
    const [row] = await this.#database.query(sql, product, language)
    return row ? textAt(row, 'text') : null
  }

  /** Harmless to repeat. `null` removes it. */
  async put(product: string, language: Language, text: string | null): Promise<void> {
    const sql =
      text === null
        ? 'DELETE FROM descriptions WHERE product = ? AND language = ?'
        : `INSERT INTO descriptions (product, language, text) VALUES (?, ?, ?)
           ON CONFLICT (product, language) DO UPDATE SET text = excluded.text`
    await this.#database.batch([{ sql, params: [product, language, ...(text === null ? [] : [text])] }])
  }
}
