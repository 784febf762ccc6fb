import type { GoneReceivers, Receiver } from '#ports/gone-receivers.ts'
import type { SqlDatabase } from './database.ts'
import type { SqlSchema } from './schema.ts'

export const goneReceiverSchema: SqlSchema = {
  name: 'gone_receivers',
  statements: [
    `CREATE TABLE gone_receivers (
       tenant_id TEXT NOT NULL,
       url TEXT NOT NULL,
       gone_at BIGINT NOT NULL,
       PRIMARY KEY (tenant_id, url)
     )`,
  ],
}

export class SqlGoneReceivers implements GoneReceivers {
  readonly #db: SqlDatabase

  constructor(db: SqlDatabase) {
    this.#db = db
  }

  async isGone({ tenantId, url }: Receiver): Promise<boolean> {
    const sql = 'SELECT gone_at FROM gone_receivers WHERE tenant_id = ? AND url = ?'
    return (await this.#db.query(sql, tenantId, url)).length > 0
  }

  async add({ tenantId, url }: Receiver, at: number): Promise<void> {
    const sql = `INSERT INTO gone_receivers (tenant_id, url, gone_at) VALUES (?, ?, ?) ON CONFLICT (tenant_id, url) DO NOTHING`
    await this.#db.batch([{ sql, params: [tenantId, url, at] }])
  }

  async remove({ tenantId, url }: Receiver): Promise<void> {
    await this.#db.batch([
      { sql: 'DELETE FROM gone_receivers WHERE tenant_id = ? AND url = ?', params: [tenantId, url] },
    ])
  }
}
