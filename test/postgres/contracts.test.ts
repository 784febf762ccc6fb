import { ok } from 'node:assert/strict'
import { numberAt } from '#adapters/sql/database.ts'
import { afterAll, beforeAll, beforeEach, describe, test } from 'vitest'
import { LocalFeed } from '#adapters/local/job-feed.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { SharedFeed } from '#adapters/postgres/job-feed.ts'
import { PostgresUsageLedger } from '#adapters/postgres/usage-ledger.ts'
import { SqlApiKeys } from '#adapters/sql/api-keys.ts'
import { SqlProposalIndex } from '#adapters/sql/proposal-index.ts'
import { SqlUsageLedger } from '#adapters/sql/usage-ledger.ts'
import { ownSchemas } from '#adapters/sql/own-tables.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { SqlAgentDefinitions } from '#adapters/sql/agent-definitions.ts'
import { SqlDeclaredSchedules } from '#adapters/sql/declared-schedules.ts'
import { SqlRecordStore } from '#adapters/sql/record-store.ts'
import { SqlGoneReceivers } from '#adapters/sql/gone-receivers.ts'
import { SqlWebhookLog } from '#adapters/sql/webhook-log.ts'
import type { JobStore } from '#ports/job-store.ts'
import { SqlBatchItems } from '#adapters/sql/batch-items.ts'
import { batchIndexContract } from '#test/contracts/batch-index.contract.ts'
import { batchItemsContract } from '#test/contracts/batch-items.contract.ts'
import { apiKeyContract } from '#test/contracts/api-keys.contract.ts'
import { agentDefinitionsContract } from '#test/contracts/agent-definitions.contract.ts'
import { declaredSchedulesContract } from '#test/contracts/declared-schedules.contract.ts'
import { recordListContract } from '#test/contracts/record-list.contract.ts'
import { COUNTER } from '#test/support/counter.ts'
import { goneReceiversContract } from '#test/contracts/gone-receivers.contract.ts'
import { jobFeedContract } from '#test/contracts/job-feed.contract.ts'
import { jobIndexContract } from '#test/contracts/job-index.contract.ts'
import { usageLedgerContract } from '#test/contracts/usage-ledger.contract.ts'
import { jobStoreContract, manyJobsContract } from '#test/contracts/job-store.contract.ts'
import { proposalIndexContract } from '#test/contracts/proposal-index.contract.ts'
import { recordStoreContract } from '#test/contracts/record-store.contract.ts'
import { silentLogger } from '#test/support/silent-logger.ts'
import { productCatalogContract } from '../../examples/shop/test/product-catalog.contract.ts'
import { SqlProductCatalog, draftTable } from '../../examples/shop/catalog/sql-product-catalog.ts'
import { readProducts } from '../../examples/shop/catalog/product-file.ts'
import { sqlDatabaseContract } from '#test/contracts/sql-database.contract.ts'
import { wakerContract } from '#test/contracts/waker.contract.ts'
import { webhookLogContract } from '#test/contracts/webhook-log.contract.ts'
import { batchSample } from '#test/crash/batch-matrix.contract.ts'
import { recordMatrix } from '#test/crash/record-matrix.contract.ts'
import { scheduleMatrix } from '#test/crash/schedule-matrix.contract.ts'
import { missedMatrix } from '#test/crash/missed-matrix.contract.ts'
import { webhookMatrix } from '#test/crash/webhook-matrix.contract.ts'
import { changesOfOneKey } from '#test/support/changes-of-one-key.ts'
import { sqlBatchIndex } from '#test/support/sql-batch-index.ts'
import { recordsOn } from '#test/support/records-on.ts'
import { shortCrashMatrix } from '#test/crash/crash-matrix.contract.ts'
import { writeSample } from '#test/crash/write-matrix.contract.ts'
import { deploysContract } from '#test/crash/deploys.contract.ts'
import { type Scene, armedAt, emptyDatabase, openScene } from './scene.ts'
import { wokenOn } from './woken.ts'

let scene: Scene

beforeAll(async () => {
  scene = await openScene(await emptyDatabase())
})
beforeEach(() => scene.empty())
afterAll(() => scene.close())

describe('Postgres', () => {
  test.each(sqlDatabaseContract)('SqlDatabase: $name', async ({ run }) => {
    await run(scene.db)
  })

  test.each([...jobStoreContract, ...manyJobsContract])('JobStore: $name', async ({ run }) => {
    await run({ store: scene.store, armedAt: (jobId) => armedAt(scene, jobId) })
  })

  test.each(jobIndexContract)('JobIndex: $name', async ({ run }) => {
    await run({ index: scene.index, jobs: scene.store })
  })

  test.each(usageLedgerContract)('UsageLedger: $name', async ({ run }) => {
    await run({ ledger: new PostgresUsageLedger(scene.db), jobs: scene.store })
  })

  test.each(proposalIndexContract)('ProposalIndex: $name', async ({ run }) => {
    await run({
      proposals: new SqlProposalIndex(scene.db),
      shortSighted: new SqlProposalIndex(scene.db, { farthest: 3 }),
      jobs: scene.store,
    })
  })

  test.each(wakerContract)('Waker: $name', async ({ run }) => {
    await run({ store: scene.store, wokenUntil: wokenOn(scene) })
  })

  test.each(apiKeyContract)('ApiKeyStore: $name', async ({ run }) => {
    await run(new SqlApiKeys(scene.db))
  })

  test.each(goneReceiversContract)('GoneReceivers: $name', async ({ run }) => {
    await run(new SqlGoneReceivers(scene.db))
  })

  test.each(webhookLogContract)('WebhookLog: $name', async ({ run }) => {
    await run(new SqlWebhookLog(scene.db))
  })

  test.each(batchItemsContract)('BatchItems: $name', async ({ run }) => {
    await run(new SqlBatchItems(scene.db))
  })

  test.each(batchIndexContract)('BatchIndex: $name', async ({ run }) => {
    await run(sqlBatchIndex(scene.db))
  })

  test.each(recordStoreContract)('RecordStore: $name', async ({ run }) => {
    await run(recordsOn(scene.db))
  })

  test.each(recordListContract)('RecordList: $name', async ({ run }) => {
    await run(new SqlRecordStore(scene.db, COUNTER, { wakeAt: () => Promise.resolve() }))
  })

  test.each(declaredSchedulesContract)('DeclaredSchedules: $name', async ({ run }) => {
    await run(new SqlDeclaredSchedules(scene.db))
  })

  test.each(agentDefinitionsContract)('AgentDefinitions: $name', async ({ run }) => {
    await run(new SqlAgentDefinitions(scene.db))
  })

  test('many changes of one schedule are one row that does not grow', async () => {
    const bytesAfterChanges = async (): Promise<number> => {
      await changesOfOneKey(scene.db, 500)
      // The row as it is now: a file would keep old versions for as long as a transaction in any database may see them.
      const [row] = await scene.db.query('SELECT SUM(OCTET_LENGTH(records::text)) AS bytes FROM records')
      return numberAt(row ?? {}, 'bytes')
    }
    const first = await bytesAfterChanges()
    // A counter may have a digit more; the inputs of 500 changes would be 25 000 bytes.
    ok((await bytesAfterChanges()) - first < 100)
  })

  test.each(productCatalogContract)("An author's table, the shop's catalogue: $name", async ({ run }) => {
    await migrate(scene.db, ...ownSchemas([draftTable]))
    await scene.pool.query('TRUNCATE drafts')
    const products = readProducts({}, silentLogger)
    await run(new SqlProductCatalog({ products, database: scene.db, now: Date.now }))
  })

  test.each(jobFeedContract)('JobFeed: $name', async ({ run }) => {
    await run(new SharedFeed({ local: new LocalFeed(), clock: new ManualClock(), tell: () => undefined }))
  })
})

describe('a process that dies anywhere, on Postgres', () => {
  test.each(recordMatrix)('$name', async ({ run }) => {
    await run(() => Promise.resolve(recordsOn(scene.db)))
  })

  test.each(scheduleMatrix)('$name', async ({ run }) => {
    await run(() => Promise.resolve(recordsOn(scene.db)))
  })

  test.each(webhookMatrix)('$name', async ({ run }) => {
    await run(() => Promise.resolve(new SqlWebhookLog(scene.db)))
  })

  test.each(missedMatrix)('$name', async ({ run }) => {
    await run(() => Promise.resolve(new SqlWebhookLog(scene.db)))
  })

  test.each(batchSample)('$name', async ({ run }) => {
    await run(async () => {
      await scene.empty()
      return scene.db
    })
  })

  test.each([...shortCrashMatrix, ...deploysContract, ...writeSample])('$name', async ({ run }) => {
    const ledger = new SqlUsageLedger(scene.db)
    await run(() => Promise.resolve({ store: settled(scene.store), ledger, armedAt: (jobId) => armedAt(scene, jobId) }))
  })
})

/** Of a process that dies, what it had asked the server for still happens: whoever looks afterwards looks when it has. */
function settled(store: JobStore): JobStore {
  let writing: Promise<unknown> = Promise.resolve()
  return {
    create: (job, event) => store.create(job, event),
    get: (tenantId, jobId) => store.get(tenantId, jobId),
    load: (jobId) => writing.then(() => store.load(jobId)),
    save: (state, events) => {
      const saving = store.save(state, events)
      writing = Promise.allSettled([writing, saving])
      return saving
    },
    remove: (job) => store.remove(job),
    events: (jobId, after) => writing.then(() => store.events(jobId, after)),
  }
}
