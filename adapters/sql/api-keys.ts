import type { ApiKey, Scope } from '#domain/tenant/principal.ts'
import type { ApiKeyStore } from '#ports/api-keys.ts'
import { type SqlDatabase, type SqlRow, numberAt, textAt } from './database.ts'
import type { SqlSchema } from './schema.ts'

export const apiKeySchema: SqlSchema = {
  name: 'api_keys',
  statements: [
    `CREATE TABLE api_keys (
       id TEXT PRIMARY KEY,
       tenant_id TEXT NOT NULL,
       scopes TEXT NOT NULL,
       name TEXT NOT NULL,
       hash TEXT NOT NULL,
       created_at INTEGER NOT NULL,
       revoked_at INTEGER
     )`,
  ],
}

export class SqlApiKeys implements ApiKeyStore {
  readonly #db: SqlDatabase

  constructor(db: SqlDatabase) {
    this.#db = db
  }

  async find(id: string): Promise<ApiKey | null> {
    const [row] = await this.#db.query('SELECT * FROM api_keys WHERE id = ?', id)
    return row ? keyIn(row) : null
  }

  async any(): Promise<boolean> {
    return (await this.#db.query('SELECT 1 FROM api_keys LIMIT 1')).length > 0
  }

  async add({ id, tenantId, scopes, name, hash, createdAt, revokedAt }: ApiKey): Promise<void> {
    const params = [id, tenantId, scopes.join(','), name, hash, createdAt, revokedAt]
    await this.#db.batch([
      {
        sql: 'INSERT INTO api_keys (id, tenant_id, scopes, name, hash, created_at, revoked_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
        params,
      },
    ])
  }

  async ids(): Promise<ReadonlySet<string>> {
    const rows = await this.#db.query('SELECT id FROM api_keys')
    return new Set(rows.map((row) => textAt(row, 'id')))
  }

  async list(tenantId: string | null): Promise<readonly ApiKey[]> {
    const rows = await this.#db.query(
      'SELECT * FROM api_keys WHERE tenant_id = COALESCE(?, tenant_id) ORDER BY created_at DESC, id',
      tenantId,
    )
    return rows.map(keyIn)
  }

  async revoke(id: string, at: number): Promise<boolean> {
    const sql = 'UPDATE api_keys SET revoked_at = COALESCE(revoked_at, ?) WHERE id = ?'
    return this.#db.batch([{ sql, params: [at, id], changes: 1 }])
  }
}

function keyIn(row: SqlRow): ApiKey {
  const revokedAt = row['revoked_at']
  return {
    id: textAt(row, 'id'),
    tenantId: textAt(row, 'tenant_id'),
    scopes: textAt(row, 'scopes').split(',') as Scope[],
    name: textAt(row, 'name'),
    hash: textAt(row, 'hash'),
    createdAt: numberAt(row, 'created_at'),
    revokedAt: typeof revokedAt === 'number' ? revokedAt : null,
  }
}
