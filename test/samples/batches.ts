import { batchView } from '#adapters/http/wire/batch-views.ts'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { SqlBatchItems } from '#adapters/sql/batch-items.ts'
import { batchSchema } from '#adapters/sql/batch-tables.ts'
import { SqlRecordStore, recordSchema } from '#adapters/sql/record-store.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { WebHasher } from '#adapters/web/hasher.ts'
import { Batches } from '#application/batch/batches.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { AgentRegistry } from '#domain/agent/registry.ts'
import { BATCH, type Batch, controlOf } from '#domain/batch/batch.ts'
import type { ItemEnd, NewItem } from '#domain/batch/item.ts'
import { settled } from '#domain/batch/transitions.ts'
import { TenantPolicies, type TenantPolicy } from '#domain/tenant/policy.ts'
import { T0 } from '#test/support/fixtures.ts'
import { noCallbacks } from '#test/support/no-receivers.ts'
import type { RecordSample } from './record-sample.ts'
import { DESK } from './sample-job.ts'

const DEAF = { wakeAt: () => Promise.resolve() }
const ID = 'bat_sample'
const OPTIONS = {
  name: 'catalogue',
  itemKey: 'sku',
  maxConcurrency: 2,
  stopOnFailures: { share: 0.5 },
  skipUnchanged: true,
  tags: ['autumn'],
  metadata: { shop: 'a' },
  retainMs: 86_400_000,
  callbackUrl: 'https://shop.example.com/batches',
}
const POLICY: Partial<TenantPolicy> = { agents: null, callbackSecrets: [`whsec_${'A'.repeat(40)}`] }
const PENDING: NewItem = {
  status: 'pending',
  key: 'a',
  input: { sku: 'a' },
  metadata: { order: '1' },
  contentKey: 'c1',
  problem: null,
  doneBy: null,
}
const LINES: readonly NewItem[] = [
  PENDING,
  { ...PENDING, key: null, input: null, contentKey: null },
  { ...PENDING, key: 'c', contentKey: 'c3' },
  { ...PENDING, key: 'd', status: 'skipped', doneBy: 'job_1' },
  {
    status: 'failed',
    key: null,
    input: null,
    metadata: {},
    contentKey: null,
    problem: { code: 'malformed_json', message: 'It is empty.' },
    doneBy: null,
  },
]
const COMPLETED: ItemEnd = {
  line: 1,
  round: 0,
  status: 'completed',
  stopReason: 'length',
  problem: null,
  at: T0 + 5000,
  inputTokens: 10,
  cachedInputTokens: 6,
  cacheWriteTokens: 2,
  outputTokens: 3,
  costNanos: 46_000,
  unpricedCalls: 0,
}
const FAILED: ItemEnd = {
  ...COMPLETED,
  line: 2,
  status: 'failed',
  stopReason: null,
  problem: { code: 'model_failed', message: 'It failed.' },
}

type Scene = ReturnType<typeof sceneOf>

interface Story {
  readonly name: string
  readonly then: (scene: Scene) => Promise<unknown>
}

/** A batch in each of its states, with an item in each of its own. */
const STORIES: readonly Story[] = [
  { name: 'an open batch', then: ({ items }) => items.take({ batchId: ID, most: 1, at: T0 + 2000 }) },
  { name: 'a paused batch', then: ({ batches, command }) => batches.pause(command) },
  { name: 'a closed batch', then: ({ batches, command }) => batches.close(command) },
  {
    name: 'a canceled batch',
    then: async ({ batches, command, items }) => {
      await batches.cancel(command)
      await items.cancelPending({ batchId: ID, most: 2, at: T0 + 6000 })
    },
  },
  { name: 'a completed batch, with its callback', then: (scene) => completed(scene) },
  {
    name: 'a batch whose failed items are retried',
    then: async (scene) => {
      await completed(scene)
      await scene.batches.retryFailed(scene.command)
      await scene.items.reopen({ batchId: ID, most: 5, at: T0 + 8000, status: 'failed', round: 1 })
    },
  },
]

async function completed({ batches, command, items, settle }: Scene): Promise<void> {
  await batches.close(command)
  await items.take({ batchId: ID, most: 5, at: T0 + 2000 })
  await items.end(ID, [COMPLETED, FAILED])
  await items.take({ batchId: ID, most: 5, at: T0 + 6000 })
  await items.end(ID, [{ ...COMPLETED, line: 3 }])
  await settle()
}

function sceneOf(db: SqliteDatabase) {
  const clock = new ManualClock(T0)
  const records = new SqlRecordStore(db, BATCH, DEAF)
  const items = new SqlBatchItems(db)
  const batches = new Batches({
    batches: records,
    items,
    agents: new AgentRegistry([defineAgent({ name: 'writer', instructions: '' })]),
    boundsWindows: false,
    models: { check: () => undefined },
    defaultModel: 'openai/a',
    tenants: new TenantPolicies(POLICY as TenantPolicy),
    callbacks: noCallbacks,
    clock,
    ids: { newId: () => ID },
    hasher: new WebHasher(),
    derivedIds: { make: () => Promise.resolve(ID) },
  })
  /** What its wake does to the record. */
  const settle = async (): Promise<void> => {
    const [batch, totals] = [await records.load(ID), await items.totals(ID)]
    if (!batch || !totals) throw new Error('There is no batch.')
    await records.save({ ...settled(batch, totals, { now: T0 + 7000, at: null }), version: batch.version + 1 })
  }
  return { batches, items, settle, command: { tenantId: 'acme', batchId: ID, by: DESK } }
}

/** Rows of batches, of their totals and of their items, as they are stored. The same every time. */
export async function makeBatches(): Promise<readonly RecordSample[]> {
  const samples: RecordSample[] = []
  for (const story of STORIES) samples.push(...(await rowsOf(story)))
  return samples
}

async function rowsOf({ name, then }: Story): Promise<readonly RecordSample[]> {
  const db = await batchTables()
  const scene = sceneOf(db)
  const wanted = { tenantId: 'acme', by: DESK, agent: 'writer', options: OPTIONS, items: null, idempotencyKey: 'k' }
  await scene.batches.create(wanted)
  await scene.items.append({ batchId: ID, tenantId: 'acme', from: 0, items: LINES, at: T0 + 1000 })
  await then(scene)
  const samples: RecordSample[] = []
  for (const [table, of, order] of [
    ['records', 'record', 'id'],
    ['batch_totals', 'totals', 'batch_id'],
    ['batch_items', 'item', 'line'],
  ] as const) {
    const rows = await db.query(`SELECT * FROM ${table} ORDER BY ${order}`)
    samples.push(...rows.map((row) => ({ name: `${of} ${String(row['line'] ?? '')} of ${name}`, table, row })))
  }
  await db.close()
  return samples
}

async function batchTables(): Promise<SqliteDatabase> {
  const db = new SqliteDatabase(':memory:')
  await migrate(db, recordSchema, batchSchema)
  return db
}

/** Whether the row is one of these. */
export function isOfBatch({ table, row }: RecordSample): boolean {
  return table.startsWith('batch_') || (table === 'records' && row['kind'] === BATCH.name)
}

/** What this release makes of such a row. */
export async function readBatch({ table, row }: RecordSample): Promise<unknown> {
  const db = await batchTables()
  const columns = Object.keys(row)
  const sql = `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`
  await db.batch([{ sql, params: Object.values(row) }])
  const items = new SqlBatchItems(db)
  if (table === 'batch_totals') return items.totals(ID)
  if (table === 'batch_items') return (await items.list({ batchId: ID, after: 0, size: 1 }))[0]
  const batch: Batch | null = await new SqlRecordStore(db, BATCH, DEAF).load(ID)
  if (!batch) throw new Error('The batch is not read.')
  await items.open({ id: ID, tenantId: 'acme', at: T0 })
  const totals = await items.totals(ID)
  if (!totals) throw new Error('The batch has no totals.')
  const view = batchView({ batch, totals }, { now: T0, mayRead: true })
  return { view, batch, control: controlOf(batch), wakeAt: BATCH.nextWakeAt(batch) }
}
