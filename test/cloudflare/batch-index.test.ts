import { reset, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { D1BatchIndex } from '#adapters/cloudflare/batch-index.ts'
import { contentSchema } from '#adapters/cloudflare/content-index.ts'
import { D1SqlDatabase } from '#adapters/cloudflare/d1-database.ts'
import { RecordIndex, recordIndexSchema } from '#adapters/cloudflare/record-index.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { type BatchIndexSubject, batchIndexContract } from '#test/contracts/batch-index.contract.ts'
import { items } from '#test/contracts/batch-scene.ts'
import { BATCH_ID, batchOf } from '#test/support/batch.ts'
import { batchIn } from './batch-in-object.ts'

beforeEach(() => migrate(d1(), recordIndexSchema, contentSchema))
afterEach(() => reset())

function d1(): D1SqlDatabase {
  return new D1SqlDatabase(env.JOB_INDEX)
}

/** The index in D1, and a batch whose object writes to it. */
function subjectIn(storage: DurableObjectStorage): BatchIndexSubject {
  const { index, keeper, append, end, close, retry, fire, clock } = batchIn(storage)
  const create: BatchIndexSubject['create'] = (batch) => index.add({ ...batch, lookAt: clock.now() })
  return {
    index: new D1BatchIndex(d1()),
    create,
    fill: async (lines) => {
      await create({ id: BATCH_ID, tenantId: 'acme', createdAt: clock.now() })
      await keeper.create(batchOf())
      await append(0, items(lines))
    },
    end,
    close: async () => {
      await close()
      // The first finishes it, and the second is that of a finished batch.
      for (let wakes = 0; wakes < 2; wakes++) await fire()
    },
    retry: async () => {
      await retry()
      await fire()
    },
  }
}

test.each(batchIndexContract)('BatchIndex on D1: $name', async ({ run }) => {
  const stub = env.CONTRACT_HOST.getByName(crypto.randomUUID())
  await runInDurableObject(stub, (_instance, { storage }) => run(subjectIn(storage)))
})

test('records of another kind or another tenant are not listed', async () => {
  const schedules = new RecordIndex(d1(), 'schedule')
  for (const tenantId of ['acme', 'other'])
    await schedules.add({ id: `sch_${tenantId}`, tenantId, createdAt: 1, lookAt: 9 })
  expect(await schedules.list({ tenantId: 'acme', size: 2, after: null })).toEqual(['sch_acme'])
  expect(await new D1BatchIndex(d1()).list({ tenantId: 'acme', size: 2, after: null })).toEqual([])
})
