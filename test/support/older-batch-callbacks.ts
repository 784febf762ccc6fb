import { deepStrictEqual } from 'node:assert/strict'
import { SqlBatchIndex, batchCallbackSchema } from '#adapters/sql/batch-index.ts'
import type { SqlDatabase } from '#adapters/sql/database.ts'
import { migrate } from '#adapters/sql/schema.ts'

/** Fails unless the upgrade finds the one batch whose message was given up. */
export async function readOlderBatchCallbacks(db: SqlDatabase): Promise<void> {
  for (const [id, status] of [
    ['bat_a', 'delivered'],
    ['bat_b', 'failed'],
    ['bat_c', 'gone'],
  ] as const) {
    const body = JSON.stringify({ deliveries: [{ id: 'msg_1', status }] })
    await db.batch([
      {
        sql: `INSERT INTO batch_totals (batch_id, tenant_id, created_at, next, closed, window_size, last_item_at)
          VALUES (?, 'acme', 1, 0, 1, 0, 1)`,
        params: [id],
      },
      {
        sql: `INSERT INTO records (id, kind, tenant_id, version, format, updated_at, body)
          VALUES (?, 'batch', 'acme', 1, 1, 1, ?)`,
        params: [id, body],
      },
    ])
  }
  const statements = batchCallbackSchema.statements.filter((one) => typeof one !== 'string')
  await migrate(db, { name: 'upgrade', statements })
  const query = { tenantId: 'acme', size: 9, after: null, hasFailedCallback: true } as const
  deepStrictEqual(await new SqlBatchIndex(db).list(query), [{ id: 'bat_b', createdAt: 1 }])
}
