import { afterEach, beforeEach, expect, test } from 'vitest'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { SqlBatchItems } from '#adapters/sql/batch-items.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { WebHasher } from '#adapters/web/hasher.ts'
import { Batches, type BatchesDeps } from '#application/batch/batches.ts'
import { UploadItems, type UploadItemsDeps, type UploadedLine } from '#application/batch/upload-items.ts'
import { SCHEMAS } from '#composition/node/schemas.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { AgentRegistry } from '#domain/agent/registry.ts'
import type { Batch } from '#domain/batch/batch.ts'
import { BatchClosedError, BatchNotFoundError, UploadConflictError } from '#domain/batch/errors.ts'
import { T0 } from '#test/support/fixtures.ts'

const batchId = 'bat_1'

let db: SqliteDatabase
let items: SqlBatchItems

beforeEach(async () => {
  db = new SqliteDatabase(':memory:')
  items = new SqlBatchItems(db)
  await migrate(db, ...SCHEMAS)
  await items.open({ id: batchId, tenantId: 'acme', at: T0 })
})

afterEach(() => db.close())

const control = (version: number, isClosed: boolean): Promise<void> =>
  items.control(batchId, { isClosed, window: 1, version })

async function* threeLines(): AsyncGenerator<UploadedLine> {
  for (const input of ['socks', 'hats', 'shoes'])
    yield await Promise.resolve({ item: { key: null, input, metadata: {}, source: null }, bytes: 10 })
}

/** An upload, in the middle of whose first commit something else happens. */
function upload(append: (commit: UploadItemsDeps['items']['append']) => UploadItemsDeps['items']['append']) {
  const batch = { id: batchId, tenantId: 'acme', agent: 'writer', itemKey: null } as Batch
  const uploadItems = new UploadItems({
    batches: { get: () => Promise.resolve(batch) },
    items: {
      totals: (id) => items.totals(id),
      linesOf: (id, keys) => items.linesOf(id, keys),
      done: (tenantId, keys) => items.done(tenantId, keys),
      append: append((lines) => items.append(lines)),
    },
    agents: new AgentRegistry([defineAgent({ name: 'writer', instructions: '' })]),
    limit: { admit: () => Promise.resolve() },
    hasher: new WebHasher(),
    derivedIds: { make: (prefix, ...parts) => Promise.resolve([prefix, ...parts].join(' ')) },
    moveOn: () => undefined,
    clock: new ManualClock(T0),
  })
  return uploadItems.execute({ tenantId: 'acme', batchId, from: 0, lines: threeLines() })
}

const next = async (): Promise<number | undefined> => (await items.totals(batchId))?.next

test('lines that came while a stopped batch was opened again by a retry are stored, if the upload says so', async () => {
  let tries = 0
  const result = await upload((commit) => async (lines) => {
    tries++
    if (tries > 1) return commit(lines)
    await control(2, true)
    const isStored = await commit(lines)
    await control(3, false)
    return isStored
  })
  expect(result).toMatchObject({ accepted: 3, next: 3 })
  expect([tries, await next()]).toEqual([2, 3])
})

test('a close between the check and the commit of lines refuses them', async () => {
  const uploaded = upload((commit) => async (lines) => {
    await control(2, true)
    return commit(lines)
  })
  await expect(uploaded).rejects.toThrow(BatchClosedError)
  expect(await next()).toBe(0)
})

test('lines of another uploader between the check and the commit refuse these', async () => {
  const uploaded = upload((commit) => async (lines) => {
    await commit(lines)
    return commit(lines)
  })
  await expect(uploaded).rejects.toThrow(UploadConflictError)
  expect(await next()).toBe(3)
})

test('a read that began before a batch was deleted leaves nothing of it behind', async () => {
  const batch = { id: 'bat_gone', tenantId: 'acme', finishedAt: T0, retainMs: 1000, createdAt: T0 } as Batch
  const deps: Pick<BatchesDeps, 'items'> & { readonly batches: Pick<BatchesDeps['batches'], 'get'> } = {
    batches: { get: () => Promise.resolve(batch) },
    items,
  }
  const batches = new Batches(deps as BatchesDeps)
  await expect(batches.get({ tenantId: 'acme', batchId: batch.id })).rejects.toThrow(BatchNotFoundError)
  expect(await items.totals(batch.id)).toBeNull()
})
