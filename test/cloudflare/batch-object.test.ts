import { reset, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ObjectBatchItems } from '#adapters/cloudflare/batch-items.ts'
import { ContentIndex, contentSchema } from '#adapters/cloudflare/content-index.ts'
import { D1SqlDatabase } from '#adapters/cloudflare/d1-database.ts'
import { DurableObjectDatabase } from '#adapters/cloudflare/database.ts'
import { recordIndexSchema } from '#adapters/cloudflare/record-index.ts'
import { SqlBatchItems } from '#adapters/sql/batch-items.ts'
import { batchSchema } from '#adapters/sql/batch-tables.ts'
import { jobsSchema } from '#adapters/sql/jobs-table.ts'
import { journalSchema } from '#adapters/sql/job-store.ts'
import { recordSchema } from '#adapters/sql/record-store.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { batchItemsContract } from '#test/contracts/batch-items.contract.ts'
import { BATCH as ONE, ended, filled, item, take } from '#test/contracts/batch-scene.ts'
import { batchMatrix } from '#test/crash/batch-matrix.contract.ts'

afterAll(() => reset())
beforeAll(() => migrate(d1(), recordIndexSchema, contentSchema))
beforeEach(() =>
  env.JOB_INDEX.batch(['record_index', 'batch_contents'].map((t) => env.JOB_INDEX.prepare(`DELETE FROM ${t}`))),
)

function d1(): D1SqlDatabase {
  return new D1SqlDatabase(env.JOB_INDEX)
}

/** Runs `work` inside a Durable Object of its own. */
function inObject(work: (storage: DurableObjectStorage) => Promise<void>): Promise<void> {
  const stub = env.CONTRACT_HOST.getByName(crypto.randomUUID())
  return runInDurableObject(stub, (_instance, { storage }) => work(storage))
}

describe('in an object', () => {
  test.each(batchItemsContract)('BatchItems: $name', async ({ run }) => {
    await inObject(async (storage) => {
      const db = new DurableObjectDatabase(storage)
      await migrate(db, batchSchema)
      await run(new SqlBatchItems(db))
    })
  })

  // The object is emptied as a whole, with the record.
  test.each(batchItemsContract.filter(({ name }) => !name.startsWith('erase()')))(
    'BatchItems, with what is done in D1: $name',
    async ({ run }) => {
      await inObject(async (storage) => {
        const items = new ObjectBatchItems(new DurableObjectDatabase(storage), new ContentIndex(d1()))
        await items.open({ id: 'bat_0', tenantId: 'empty', at: 0 })
        await run(items)
      })
    },
  )

  test.each(batchMatrix)('a batch whose process dies anywhere: $name', async ({ run }) => {
    await inObject(async (storage) => {
      await run(async () => {
        await storage.deleteAll()
        const db = new DurableObjectDatabase(storage)
        await migrate(db, jobsSchema, journalSchema, recordSchema, batchSchema)
        return db
      })
    })
  })
})

describe('what is done', () => {
  const itemsIn = (storage: DurableObjectStorage): ObjectBatchItems =>
    new ObjectBatchItems(new DurableObjectDatabase(storage), new ContentIndex(d1()))
  const stored = async (): Promise<unknown> =>
    (
      await env.JOB_INDEX.prepare(
        'SELECT tenant_id, content_key, batch_id, line FROM batch_contents ORDER BY line',
      ).all()
    ).results

  test('is found by another batch of the tenant, and goes with its batch', async () => {
    await inObject(async (storage) => {
      const items = itemsIn(storage)
      await filled(items, [item({ contentKey: 'x' }), item({ contentKey: 'y' }), item()])
      await take(items)
      await items.end(ONE.id, [ended(1), ended(2, { status: 'failed' }), ended(3)])
      expect(await stored()).toEqual([{ tenant_id: 'acme', content_key: 'x', batch_id: 'bat_1', line: 1 }])
      await inObject(async (other) => {
        expect(await itemsIn(other).done('acme', ['x', 'y'])).toMatchObject([{ batchId: 'bat_1', line: 1 }])
      })
      expect(await items.erase(ONE.id)).toBe(true)
      expect(await stored()).toEqual([])
    })
  })

  test('of two batches that did the same, the first stands, and the end of the other leaves it', async () => {
    const contents = new ContentIndex(d1())
    const [first, second] = ['bat_1', 'bat_2'].map((batchId) => ({ batchId, line: 1, round: 0, contentKey: 'x' }))
    if (first && second) {
      await contents.add('acme', [first])
      await contents.add('acme', [second])
    }
    await contents.remove('acme', 'bat_2', ['x'])
    expect(await contents.find('acme', ['x'])).toEqual([first])
  })

  test('is said again after an outage of D1, in which ends are counted all the same', async () => {
    await inObject(async (storage) => {
      let isAway = true
      const db = d1()
      const shaky = {
        query: (sql: string, ...params: string[]) => db.query(sql, ...params),
        batch: (all: Parameters<D1SqlDatabase['batch']>[0]) =>
          isAway ? Promise.reject(new Error('D1 is away.')) : db.batch(all),
      }
      const items = new ObjectBatchItems(new DurableObjectDatabase(storage), new ContentIndex(shaky))
      await filled(items, [item({ contentKey: 'x' })])
      await take(items)
      await expect(items.end(ONE.id, [ended(1)])).rejects.toThrow('D1 is away.')
      expect((await items.totals(ONE.id))?.counts).toMatchObject({ running: 0, completed: 1 })
      isAway = false
      await items.end(ONE.id, [ended(1)])
      expect((await items.totals(ONE.id))?.counts).toMatchObject({ running: 0, completed: 1 })
      expect(await stored()).toHaveLength(1)
    })
  })
})
