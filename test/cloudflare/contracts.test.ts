import { reset, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterAll, describe, expect, test } from 'vitest'
import csv from '#adapters/catalog/sample-products.csv'
import { parseShopifyCsv } from '#adapters/catalog/shopify-csv.ts'
import { SqlProductCatalog, draftSchema } from '#adapters/catalog/sql-product-catalog.ts'
import { RemoteProductCatalog } from '#adapters/cloudflare/catalog-object.ts'
import { DurableObjectDatabase } from '#adapters/cloudflare/sql.ts'
import { AlarmWaker, ensureAlarm } from '#adapters/cloudflare/waker.ts'
import { SqlJobStore, jobSchema } from '#adapters/sql/job-store.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { SystemClock } from '#adapters/web/clock.ts'
import { jobStoreContract } from '#test/contracts/job-store.contract.ts'
import { productCatalogContract } from '#test/contracts/product-catalog.contract.ts'
import { sqlDatabaseContract } from '#test/contracts/sql-database.contract.ts'
import { T0 } from '#test/support/fixtures.ts'
import { wakerContract } from '#test/contracts/waker.contract.ts'

afterAll(() => reset())

/** Runs `work` inside a Durable Object of its own. */
function inObject(work: (storage: DurableObjectStorage) => Promise<void>): Promise<void> {
  const stub = env.CONTRACT_HOST.getByName(crypto.randomUUID())
  return runInDurableObject(stub, (_instance, { storage }) => work(storage))
}

function remoteCatalog(): RemoteProductCatalog {
  const shop = crypto.randomUUID()
  return new RemoteProductCatalog(() => env.SAMPLE_SHOP.getByName(shop))
}

async function jobsIn(storage: DurableObjectStorage): Promise<SqlJobStore> {
  const db = new DurableObjectDatabase(storage)
  await migrate(db, jobSchema)
  return new SqlJobStore(db, new AlarmWaker(storage))
}

describe('Durable Object', () => {
  test.each(sqlDatabaseContract)('SqlDatabase: $name', async ({ run }) => {
    await inObject((storage) => run(new DurableObjectDatabase(storage)))
  })

  test.each(jobStoreContract)('JobStore: $name', async ({ run }) => {
    await inObject(async (storage) => run({ store: await jobsIn(storage), armedAt: () => storage.getAlarm() }))
  })

  test.each(wakerContract)('Waker: $name', async ({ run }) => {
    await inObject(async (storage) => {
      const wokenUntil = async (at: number): Promise<readonly string[]> => {
        const alarm = await storage.getAlarm()
        if (alarm === null || alarm > at) return []
        return storage.sql
          .exec<{ id: string }>('SELECT id FROM jobs')
          .toArray()
          .map(({ id }) => id)
      }
      await run({ store: await jobsIn(storage), wokenUntil })
    })
  })

  test.each([
    { name: 'none', set: null, then: 0 },
    { name: 'one that is too late', set: 60_000, then: 0 },
    { name: 'one that is about to fire', set: -1000, then: -1000 },
    { name: 'one that should have fired long ago', set: -600_000, then: 0 },
  ])('ensureAlarm() where there is $name', async ({ set, then }) => {
    const now = T0
    const kept = { alarm: set === null ? null : now + set }
    // Not the real storage, in which an alarm of the past fires at once: the one that never fires is what this is about.
    const storage = {
      getAlarm: () => Promise.resolve(kept.alarm),
      setAlarm: (at: number) => {
        kept.alarm = at
        return Promise.resolve()
      },
    }
    await ensureAlarm(storage, now, now)
    expect(kept.alarm).toBe(now + then)
  })

  test.each(productCatalogContract)('ProductCatalog: $name', async ({ run }) => {
    await inObject(async (storage) => {
      const db = new DurableObjectDatabase(storage)
      await migrate(db, draftSchema)
      await run(new SqlProductCatalog({ products: parseShopifyCsv(csv, 'SEK'), db, clock: new SystemClock() }))
    })
  })

  test.each(productCatalogContract)('ProductCatalog, asked from outside: $name', async ({ run }) => {
    await run(remoteCatalog())
  })
})
