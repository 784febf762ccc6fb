import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { agentDefinitionSchema } from '#adapters/sql/agent-definitions.ts'
import { apiKeySchema } from '#adapters/sql/api-keys.ts'
import { batchCallbackSchema } from '#adapters/sql/batch-index.ts'
import { batchSchema } from '#adapters/sql/batch-tables.ts'
import { SqlKeptCounts, keptCountSchema } from '#adapters/sql/kept-counts.ts'
import { goneReceiverSchema } from '#adapters/sql/gone-receivers.ts'
import { jobsSchema } from '#adapters/sql/jobs-table.ts'
import { recordSchema } from '#adapters/sql/record-store.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { webhookSchema } from '#adapters/sql/webhook-log.ts'

/** A database in memory, which has its tables when `ready`. */
export function testDatabase() {
  const db = new SqliteDatabase(':memory:')
  const schemas = [
    agentDefinitionSchema,
    apiKeySchema,
    recordSchema,
    goneReceiverSchema,
    webhookSchema,
    batchSchema,
    batchCallbackSchema,
    jobsSchema,
    keptCountSchema,
  ]
  return { db, ready: migrate(db, ...schemas), keptCounts: new SqlKeptCounts(db) }
}
