import type { Actor } from '#domain/tenant/actor.ts'
import type { ApiKey, Scope } from '#domain/tenant/principal.ts'
import type { ApiKeyStore, Revocation } from '#ports/api-keys.ts'
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
    'ALTER TABLE api_keys ADD COLUMN format INTEGER NOT NULL DEFAULT 1',
    `ALTER TABLE api_keys ADD COLUMN created_by TEXT NOT NULL DEFAULT '{"kind":"cli"}'`,
    'ALTER TABLE api_keys ADD COLUMN revoked_by TEXT',
  ],
}

const COLUMNS = 'format, id, tenant_id, scopes, name, hash, created_at, created_by, revoked_at, revoked_by'

export class SqlApiKeys implements ApiKeyStore {
  readonly #db: SqlDatabase

  constructor(db: SqlDatabase) {
    this.#db = db
  }

  async find(id: string): Promise<ApiKey | null> {
    const [row] = await this.#db.query(`SELECT ${COLUMNS} FROM api_keys WHERE id = ?`, id)
    return row ? keyIn(row) : null
  }

  async any(): Promise<boolean> {
    return (await this.#db.query('SELECT 1 FROM api_keys LIMIT 1')).length > 0
  }

  async add({
    format,
    id,
    tenantId,
    scopes,
    name,
    hash,
    createdAt,
    createdBy,
    revokedAt,
    revokedBy,
  }: ApiKey): Promise<void> {
    const sql = `INSERT INTO api_keys (${COLUMNS})
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
    const creation = [createdAt, JSON.stringify(createdBy)]
    const revocation = [revokedAt, revokedBy && JSON.stringify(revokedBy)]
    const params = [format, id, tenantId, scopes.join(','), name, hash, ...creation, ...revocation]
    await this.#db.batch([{ sql, params }])
  }

  async ids(): Promise<ReadonlySet<string>> {
    const rows = await this.#db.query('SELECT id FROM api_keys')
    return new Set(rows.map((row) => textAt(row, 'id')))
  }

  async list(tenantId: string | null): Promise<readonly ApiKey[]> {
    const rows = await this.#db.query(
      `SELECT ${COLUMNS} FROM api_keys WHERE tenant_id = COALESCE(?, tenant_id) ORDER BY created_at DESC, id`,
      tenantId,
    )
    return rows.map(keyIn)
  }

  async revoke(id: string, { at, by }: Revocation): Promise<boolean> {
    // Both say what was before the statement, so the first revocation stays.
    const sql = `UPDATE api_keys SET revoked_by = CASE WHEN revoked_at IS NULL THEN ? ELSE revoked_by END,
                                     revoked_at = COALESCE(revoked_at, ?) WHERE id = ?`
    return this.#db.batch([{ sql, params: [JSON.stringify(by), at, id], changes: 1 }])
  }
}

function keyIn(row: SqlRow): ApiKey {
  const revokedAt = row['revoked_at']
  const revokedBy = row['revoked_by']
  return {
    format: numberAt(row, 'format'),
    id: textAt(row, 'id'),
    tenantId: textAt(row, 'tenant_id'),
    scopes: textAt(row, 'scopes').split(',') as Scope[],
    name: textAt(row, 'name'),
    hash: textAt(row, 'hash'),
    createdAt: numberAt(row, 'created_at'),
    createdBy: actorIn(textAt(row, 'created_by')),
    revokedAt: typeof revokedAt === 'number' ? revokedAt : null,
    revokedBy: typeof revokedBy === 'string' ? actorIn(revokedBy) : null,
  }
}

function actorIn(text: string): Actor {
  return JSON.parse(text) as Actor
}
