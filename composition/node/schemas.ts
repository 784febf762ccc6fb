import { agentDefinitionSchema } from '#adapters/sql/agent-definitions.ts'
import { apiKeySchema } from '#adapters/sql/api-keys.ts'
import { batchCallbackSchema } from '#adapters/sql/batch-index.ts'
import { batchSchema } from '#adapters/sql/batch-tables.ts'
import { goneReceiverSchema } from '#adapters/sql/gone-receivers.ts'
import { idSecretSchema } from '#adapters/sql/id-secret.ts'
import { journalSchema } from '#adapters/sql/job-store.ts'
import { agentTurnsSchema, jobsSchema } from '#adapters/sql/jobs-table.ts'
import { declaredScheduleSchema } from '#adapters/sql/declared-schedules.ts'
import { keptCountSchema } from '#adapters/sql/kept-counts.ts'
import { ownSchemas } from '#adapters/sql/own-tables.ts'
import { recordListSchema, recordSchema } from '#adapters/sql/record-store.ts'
import type { SqlSchema } from '#adapters/sql/schema.ts'
import { webhookSchema } from '#adapters/sql/webhook-log.ts'

/** The tables of a database that holds everything. */
export const SCHEMAS = [
  jobsSchema,
  journalSchema,
  recordSchema,
  recordListSchema,
  declaredScheduleSchema,
  batchSchema,
  apiKeySchema,
  goneReceiverSchema,
  idSecretSchema,
  webhookSchema,
  keptCountSchema,
  agentTurnsSchema,
  agentDefinitionSchema,
  batchCallbackSchema,
]

/** With the author's own. */
export function schemasOf({ tables = [] }: { readonly tables?: readonly SqlSchema[] }): readonly SqlSchema[] {
  return [...SCHEMAS, ...ownSchemas(tables)]
}
