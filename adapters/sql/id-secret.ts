import type { IdSecret } from '#ports/id-secret.ts'
import { type SqlDatabase, textAt } from './database.ts'
import type { SqlSchema } from './schema.ts'

export const idSecretSchema: SqlSchema = {
  name: 'id_secret',
  statements: ['CREATE TABLE id_secret (one INTEGER PRIMARY KEY CHECK (one = 1), secret TEXT NOT NULL)'],
}

/** 32 bytes of chance in the database, made by whoever needs them first, so that all servers over one database have the same. */
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
    const sql = 'INSERT INTO id_secret (one, secret) VALUES (1, ?) ON CONFLICT (one) DO NOTHING'
    await this.#db.batch([{ sql, params: [secret] }])
    // Another server may have been first.
    const stored = await this.#stored()
    if (stored === null) throw new Error('The secret of this installation was stored and is not there.')
    return stored
  }

  async #stored(): Promise<string | null> {
    const [row] = await this.#db.query('SELECT secret FROM id_secret WHERE one = 1')
    return row ? textAt(row, 'secret') : null
  }
}
