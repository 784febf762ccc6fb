import { afterEach, beforeEach, expect, test } from 'vitest'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { SqlBatchItems } from '#adapters/sql/batch-items.ts'
import { SqlRecordStore } from '#adapters/sql/record-store.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { WebHasher } from '#adapters/web/hasher.ts'
import { Batches } from '#application/batch/batches.ts'
import { SCHEMAS } from '#composition/node/schemas.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { AgentRegistry } from '#domain/agent/registry.ts'
import { BATCH } from '#domain/batch/batch.ts'
import { TenantPolicies } from '#domain/tenant/policy.ts'
import { T0, TILL } from '#test/support/fixtures.ts'
import { noCallbacks } from '#test/support/no-receivers.ts'
import { RecordingWaker } from '#test/support/recording-waker.ts'
import { ROOMY } from '#test/support/tenants.ts'

let db: SqliteDatabase

beforeEach(async () => {
  db = new SqliteDatabase(':memory:')
  await migrate(db, ...SCHEMAS)
})

afterEach(() => db.close())

/** The window of a new batch that wants 20 jobs at once. */
async function windowOf(agent: string, boundsWindows: boolean): Promise<number> {
  const instructions = ''
  const batches = new Batches({
    batches: new SqlRecordStore(db, BATCH, new RecordingWaker()),
    items: new SqlBatchItems(db),
    agents: new AgentRegistry([
      defineAgent({ name: 'free', instructions }),
      defineAgent({ name: 'slow', instructions, maxConcurrency: 3 }),
      defineAgent({ name: 'wide', instructions, maxConcurrency: 50 }),
    ]),
    boundsWindows,
    models: { check: () => undefined },
    defaultModel: 'openai/a',
    tenants: new TenantPolicies(ROOMY),
    callbacks: noCallbacks,
    clock: new ManualClock(T0),
    ids: { newId: () => `bat_${agent}` },
    hasher: new WebHasher(),
    derivedIds: { make: () => Promise.resolve('') },
  })
  const none = { name: null, itemKey: null, stopOnFailures: null, retainMs: null, callbackUrl: null }
  const options = { ...none, maxConcurrency: 20, skipUnchanged: false, tags: [], metadata: {} }
  const { totals } = await batches.create({
    tenantId: 'acme',
    by: TILL,
    agent,
    options,
    items: null,
    idempotencyKey: null,
  })
  return totals.window
}

test('the limit of an agent bounds the window of its batches where nothing else keeps it', async () => {
  expect(await windowOf('slow', true)).toBe(3)
  expect(await windowOf('wide', true)).toBe(20)
  expect(await windowOf('free', true)).toBe(20)
})

test('the limit of an agent leaves windows as they are where executors keep it', async () => {
  expect(await windowOf('slow', false)).toBe(20)
})
