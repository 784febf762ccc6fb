import { afterEach, beforeEach, expect, test } from 'vitest'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { SqlBatchItems } from '#adapters/sql/batch-items.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { WebHasher } from '#adapters/web/hasher.ts'
import { UploadItems, type UploadedLine } from '#application/batch/upload-items.ts'
import { SCHEMAS } from '#composition/node/schemas.ts'
import { type AgentDefinition, defineAgent } from '#domain/agent/agent.ts'
import { AgentRegistry } from '#domain/agent/registry.ts'
import type { Batch } from '#domain/batch/batch.ts'
import { NO_USE } from '#domain/batch/item.ts'
import { T0 } from '#test/support/fixtures.ts'

let db: SqliteDatabase
let items: SqlBatchItems

beforeEach(async () => {
  db = new SqliteDatabase(':memory:')
  items = new SqlBatchItems(db)
  await migrate(db, ...SCHEMAS)
})

afterEach(() => db.close())

async function* oneLine(input: string): AsyncGenerator<UploadedLine> {
  yield await Promise.resolve({ item: { key: null, input, metadata: {}, source: null }, bytes: 10 })
}

/** The status of the line once it is uploaded to a new batch, for an agent as it is then. */
async function uploaded(batchId: string, changes: Partial<AgentDefinition> = {}): Promise<string | undefined> {
  const agents = new AgentRegistry([defineAgent({ name: 'writer', instructions: 'Be brief.', ...changes })])
  const batch = { id: batchId, tenantId: 'acme', agent: 'writer', itemKey: null, skipUnchanged: true } as Batch
  const uploadItems = new UploadItems({
    batches: { get: () => Promise.resolve(batch) },
    items,
    agents,
    limit: { admit: () => Promise.resolve() },
    hasher: new WebHasher(),
    derivedIds: { make: (prefix, ...parts) => Promise.resolve([prefix, ...parts].join(' ')) },
    moveOn: () => undefined,
    clock: new ManualClock(T0),
  })
  await items.open({ id: batchId, tenantId: 'acme', at: T0 })
  await items.control(batchId, { isClosed: false, window: 1, version: 1 })
  await uploadItems.execute({ tenantId: 'acme', batchId, from: 0, lines: oneLine('socks') })
  return (await items.list({ batchId, after: 0, size: 1 }))[0]?.status
}

test('an item that has completed is skipped until its agent is another', async () => {
  expect(await uploaded('bat_1')).toBe('pending')
  const [taken] = await items.take({ batchId: 'bat_1', most: 1, at: T0 })
  const end = { line: taken?.line ?? 0, round: 0, status: 'completed', stopReason: 'finished' } as const
  await items.end('bat_1', [{ ...end, problem: null, at: T0, ...NO_USE }])
  expect(await uploaded('bat_2')).toBe('skipped')
  expect(await uploaded('bat_3', { description: 'Not shown to the model.' })).toBe('skipped')
  expect(await uploaded('bat_6', { maxConcurrency: 1 })).toBe('skipped')
  expect(await uploaded('bat_4', { instructions: 'Be long.' })).toBe('pending')
  expect(await uploaded('bat_5', { model: 'openai/other' })).toBe('pending')
})
