import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { SqlApiKeys, apiKeySchema } from '#adapters/sql/api-keys.ts'
import { SqlIdSecret, idSecretSchema } from '#adapters/sql/id-secret.ts'
import { recordSchema } from '#adapters/sql/record-store.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { webhookSchema } from '#adapters/sql/webhook-log.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { WebHasher } from '#adapters/web/hasher.ts'
import { ManageKeys } from '#application/tenant/manage-keys.ts'
import { CLI } from '#domain/tenant/actor.ts'
import { T0 } from '#test/support/fixtures.ts'
import type { RecordSample } from './record-sample.ts'
import { DESK } from './sample-job.ts'
import { makeWebhookRows, readWebhookEvent, readWebhookLog } from './webhooks.ts'

/** A database with the tables of records that are rows. */
export async function recordTables(): Promise<SqliteDatabase> {
  const db = new SqliteDatabase(':memory:')
  await migrate(db, apiKeySchema, idSecretSchema, recordSchema, webhookSchema)
  return db
}

/** Rows as they are stored, of each kind and state. The same every time, but for the secret, which is made of chance. */
export async function makeRecords(): Promise<readonly RecordSample[]> {
  const db = await recordTables()
  const keys = new SqlApiKeys(db)
  let digit = 0
  const random = { fraction: () => (digit++ % 16) / 16 }
  const manage = new ManageKeys({ keys, hasher: new WebHasher(), random, clock: new ManualClock(T0) })
  const wanted = { tenantId: 'acme', by: CLI }
  await manage.create({ ...wanted, scopes: ['read', 'submit'], name: 'till' })
  random.fraction = () => 0.5
  const { key } = await manage.create({ ...wanted, by: DESK, scopes: ['admin'], name: '' })
  await manage.revoke(key.id, CLI)
  const rows = await db.query('SELECT * FROM api_keys ORDER BY id')
  const apiKeys = rows.map((row, index) => ({
    name: ['an API key', 'a revoked API key'][index] ?? '',
    table: 'api_keys',
    row,
  }))
  await new SqlIdSecret(db).read()
  const [secret] = await db.query("SELECT one, format, 'not a secret' AS secret FROM id_secret")
  const idSecret = { name: 'the secret for ids', table: 'id_secret', row: secret ?? {} }
  return [...apiKeys, idSecret, ...(await makeWebhookRows(db))] as readonly RecordSample[]
}

/** What this release makes of the row. */
export async function readRecord(sample: RecordSample): Promise<unknown> {
  const { table, row } = sample
  const db = await withRow(sample)
  const id = String(row['id'])
  switch (table) {
    case 'id_secret':
      return new SqlIdSecret(db).read()
    case 'webhook_events':
      return readWebhookEvent(db, id)
    case 'records':
      return readWebhookLog(db, id)
    default:
      return new SqlApiKeys(db).find(id)
  }
}

/** A database that has stored the row. */
export async function withRow({ table, row }: RecordSample): Promise<SqliteDatabase> {
  const db = await recordTables()
  const columns = Object.keys(row)
  const sql = `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`
  await db.batch([{ sql, params: Object.values(row) }])
  return db
}
