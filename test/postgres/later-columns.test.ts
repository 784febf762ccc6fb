import { expect, test } from 'vitest'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { PostgresDatabase } from '#adapters/postgres/database.ts'
import { PostgresOutageRetry } from '#adapters/postgres/outage-retry.ts'
import { SqlApiKeys } from '#adapters/sql/api-keys.ts'
import { SqlBatchItems } from '#adapters/sql/batch-items.ts'
import { SqlJobIndex } from '#adapters/sql/job-index.ts'
import { SqlProposalIndex } from '#adapters/sql/proposal-index.ts'
import { emptyDatabase, openScene } from './scene.ts'

const PAGE = { tenantId: 'acme', filter: {}, size: 10, after: null, mostChars: Infinity } as const
const TABLES = ['jobs', 'proposals', 'batch_items', 'batch_totals', 'api_keys']

const INSERT_PROPOSAL = `INSERT INTO proposals (id, tenant_id, job_id, agent, status, created_at, bucket, version, flags, record)
  VALUES ('prop_1', 'acme', 'job_1', 'writer', 'proposed', 0, 0, 1, '[]', '{}')`

test('what a server has planned outlasts a column that a newer release adds', async () => {
  const { pool, db, close } = await openScene(await emptyDatabase())
  await db.batch([{ sql: INSERT_PROPOSAL, params: [] }])
  const impatient = new PostgresOutageRetry({ clock: new ManualClock(), patienceMs: 0 })
  const asked = new PostgresDatabase(pool, impatient)
  const items = new SqlBatchItems(asked)
  const keys = new SqlApiKeys(asked)
  const readAll = async (): Promise<void> => {
    await new SqlJobIndex(asked).list(PAGE)
    await new SqlProposalIndex(asked).list(PAGE)
    await items.list({ batchId: 'batch_1', after: 0, size: 10 })
    await items.totals('batch_1')
    await keys.find('key_1')
    await keys.list('acme')
  }
  // One after the other, so that the second finds the connection and the plans of the first.
  await readAll()
  for (const table of TABLES) await pool.query(`ALTER TABLE ${table} ADD COLUMN later TEXT`)
  await readAll()
  await close()
})

test('a plan that a newer release has made useless is made again, on each connection that has it', async () => {
  const { pool, db, close } = await openScene(await emptyDatabase())
  const ask = () => db.query('SELECT * FROM proposals WHERE id = ?', 'prop_1')
  await db.batch([{ sql: INSERT_PROPOSAL, params: [] }])
  await Promise.all([ask(), ask(), ask()])
  await pool.query('ALTER TABLE proposals ADD COLUMN later TEXT')
  for (const rows of await Promise.all([ask(), ask(), ask()])) expect(rows).toMatchObject([{ later: null }])
  await close()
})
