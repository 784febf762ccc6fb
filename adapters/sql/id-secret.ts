import { refuseNewer } from '#domain/storage/format.ts'
import { DERIVED_ID_FORMAT } from '#domain/job/derived-id.ts'
import type { IdSecret } from '#ports/id-secret.ts'
import { type SqlDatabase, numberAt, textAt } from './database.ts'
import type { SqlSchema } from './schema.ts'

export const idSecretSchema: SqlSchema = {
  name: 'id_secret',
  statements: [
    'CREATE TABLE id_secret (one INTEGER PRIMARY KEY CHECK (one = 1), secret TEXT NOT NULL)',
    'ALTER TABLE id_secret ADD COLUMN format INTEGER NOT NULL DEFAULT 1',
  ],
}

/**
 * 32 random bytes in the database, made by the first server that needs them, so that all servers over one database
 * share them.
 */
export class SqlIdSecret implements IdSecret {
  readonly #db: SqlDatabase
  #secret: string | null = null

  constructor(db: SqlDatabase) {
    this.#db = db
  }

  async read(): Promise<string> {
    this.#secret ??= (await this.#stored()) ?? (await this.#make())
    return this.#secret
  }

  async #make(): Promise<string> {
    const bytes = crypto.getRandomValues(new Uint8Array(32))
    const secret = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
    const sql = 'INSERT INTO id_secret (one, secret, format) VALUES (1, ?, ?) ON CONFLICT (one) DO NOTHING'
    await this.#db.batch([{ sql, params: [secret, DERIVED_ID_FORMAT] }])
    // Another server may have been first.
    const stored = await this.#stored()
    if (stored === null) throw new Error('The secret of this installation was stored and is not there.')
    return stored
  }

  async #stored(): Promise<string | null> {
    const [row] = await this.#db.query('SELECT secret, format FROM id_secret WHERE one = 1')
    if (!row) return null
    // With other ids, no repeat of a request would be recognised.
    refuseNewer('The secret that ids are made with', { format: numberAt(row, 'format') }, DERIVED_ID_FORMAT)
    return textAt(row, 'secret')
  }
}
