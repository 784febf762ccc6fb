import { afterAll, afterEach, beforeEach, describe, test, vi } from 'vitest'
import { readFileSync } from 'node:fs'
import { parseShopifyCsv } from '#adapters/catalog/shopify-csv.ts'
import { SqlProductCatalog, draftSchema } from '#adapters/catalog/sql-product-catalog.ts'
import { MemoryJobStore } from '#adapters/memory/job-store.ts'
import { LocalFeed } from '#adapters/memory/local-feed.ts'
import { ManualClock } from '#adapters/memory/manual-clock.ts'
import { SqliteDatabase } from '#adapters/node/sqlite.ts'
import { SqlApiKeys, apiKeySchema } from '#adapters/sql/api-keys.ts'
import { SqlDueJobs } from '#adapters/sql/due-jobs.ts'
import { SqlGoneReceivers, goneReceiverSchema } from '#adapters/sql/gone-receivers.ts'
import { SqlJobIndex } from '#adapters/sql/job-index.ts'
import { SqlJobStore, journalSchema } from '#adapters/sql/job-store.ts'
import { jobsSchema } from '#adapters/sql/jobs-table.ts'
import { SqlOperationStore, operationSchema } from '#adapters/sql/operation-store.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { SystemClock } from '#adapters/web/clock.ts'
import { UlidGenerator } from '#adapters/web/ids.ts'
import { CryptoRandom } from '#adapters/web/random.ts'
import { pumpedStore } from '#test/support/pumped-store.ts'
import { RecordingWaker } from '#test/support/recording-waker.ts'
import { apiKeyContract } from './api-keys.contract.ts'
import { clockContract } from './clock.contract.ts'
import { dueJobsContract } from './due-jobs.contract.ts'
import { goneReceiversContract } from './gone-receivers.contract.ts'
import { idGeneratorContract } from './id-generator.contract.ts'
import { jobFeedContract } from './job-feed.contract.ts'
import { jobIndexContract } from './job-index.contract.ts'
import { jobStoreContract, manyJobsContract } from './job-store.contract.ts'
import { operationStoreContract } from './operation-store.contract.ts'
import { productCatalogContract } from './product-catalog.contract.ts'
import { sqlDatabaseContract } from './sql-database.contract.ts'
import { wakerContract } from './waker.contract.ts'

const open: SqliteDatabase[] = []

function sqlite(): SqliteDatabase {
  const db = new SqliteDatabase(':memory:')
  open.push(db)
  return db
}

afterAll(() => Promise.all(open.map((db) => db.close())))

async function sqlJobs(waker = new RecordingWaker()) {
  const db = sqlite()
  for (const schema of [jobsSchema, journalSchema]) await migrate(db, schema)
  const store = new SqlJobStore(db, { waker, cache: new Map() })
  return { store, due: new SqlDueJobs(db), index: new SqlJobIndex(db), waker }
}

function memoryJobs(waker = new RecordingWaker()) {
  const store = new MemoryJobStore(waker)
  return Promise.resolve({ store, due: store, index: store, waker })
}

describe.each([
  { name: 'memory', jobs: memoryJobs },
  { name: 'node:sqlite', jobs: sqlJobs },
])('$name', ({ jobs }) => {
  test.each([...jobStoreContract, ...manyJobsContract])('JobStore: $name', async ({ run }) => {
    const { store, waker } = await jobs()
    await run({ store, armedAt: (jobId) => Promise.resolve(waker.armedAt(jobId)) })
  })

  test.each(dueJobsContract)('DueJobs: $name', async ({ run }) => {
    await run(await jobs())
  })

  test.each(jobIndexContract)('JobIndex: $name', async ({ run }) => {
    const { index, store } = await jobs()
    await run({ index, jobs: store })
  })

  test.each(wakerContract)('Waker: $name', async ({ run }) => {
    await run(await pumpedStore(jobs))
  })
})

describe('node:sqlite', () => {
  test.each(sqlDatabaseContract)('SqlDatabase: $name', async ({ run }) => {
    await run(sqlite())
  })

  test.each(apiKeyContract)('ApiKeyStore: $name', async ({ run }) => {
    const db = sqlite()
    await migrate(db, apiKeySchema)
    await run(new SqlApiKeys(db))
  })

  test.each(goneReceiversContract)('GoneReceivers: $name', async ({ run }) => {
    const db = sqlite()
    await migrate(db, goneReceiverSchema)
    await run(new SqlGoneReceivers(db))
  })

  test.each(operationStoreContract)('OperationStore: $name', async ({ run }) => {
    const db = sqlite()
    await migrate(db, operationSchema)
    await run(new SqlOperationStore(db, () => undefined))
  })

  const products = parseShopifyCsv(readFileSync('adapters/catalog/sample-products.csv', 'utf8'), 'SEK')
  test.each(productCatalogContract)('ProductCatalog: $name', async ({ run }) => {
    const db = sqlite()
    await migrate(db, draftSchema)
    await run(new SqlProductCatalog({ products, db, clock: new ManualClock() }))
  })
})

describe('local feed', () => {
  test.each(jobFeedContract)('JobFeed: $name', async ({ run }) => {
    await run(new LocalFeed())
  })
})

describe('manual clock', () => {
  test.each(clockContract)('Clock: $name', async ({ run }) => {
    const clock = new ManualClock()
    await run({ clock, pass: (ms) => clock.advance(ms) })
  })

  test.each(idGeneratorContract)('IdGenerator (ULID): $name', async ({ run }) => {
    const clock = new ManualClock()
    await run({ ids: new UlidGenerator(clock, new CryptoRandom()), advance: (ms) => clock.advance(ms) })
  })
})

describe('system clock', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test.each(clockContract)('Clock: $name', async ({ run }) => {
    await run({
      clock: new SystemClock(),
      pass: async (ms) => {
        await vi.advanceTimersByTimeAsync(ms)
      },
    })
  })
})
