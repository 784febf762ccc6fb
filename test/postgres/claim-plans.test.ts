import { afterAll, beforeAll, expect, test } from 'vitest'
import { claimStatements } from '#adapters/postgres/claim-statements.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { JOB_WAKES } from '#adapters/sql/jobs-table.ts'
import type { AgentSelection } from '#ports/due.ts'
import { type Scene, emptyDatabase, openScene } from './scene.ts'

/** Due; as many have ended. */
const BACKLOG = 20_000

let scene: Scene
let prepared = 0

beforeAll(async () => {
  scene = await openScene(await emptyDatabase())
  await scene.pool.query(`
    INSERT INTO jobs (id, tenant_id, status, agent, created_at, updated_at, wake_at, wake_kind, version, tags, metadata)
    SELECT 'job_' || n, 'acme', CASE WHEN n % 2 = 0 THEN 'queued' ELSE 'completed' END, 'agent_' || n % 3, n, n, n,
      CASE WHEN n % 2 = 0 THEN 'item' ELSE 'delete' END, 1, '[]', '{}'
    FROM generate_series(1, ${String(2 * BACKLOG)}) AS n`)
  await scene.pool.query('ANALYZE jobs')
})

afterAll(() => scene.close())

/** The plan for these values, or the one for all values, as it was executed; nothing is kept of that. */
async function executed(text: string, values: readonly (string | number)[], mode: string): Promise<string> {
  const name = `plan_${String(++prepared)}`
  let plan = ''
  await inTransaction(scene.pool, async (client) => {
    await client.query(`SET LOCAL plan_cache_mode = force_${mode}_plan; PREPARE ${name} AS ${text}`)
    const given = values.map((value) => `'${String(value)}'`).join()
    const explain = `EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) EXECUTE ${name} (${given})`
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(explain)
    plan = rows.map((row) => row['QUERY PLAN']).join('\n')
    return false
  })
  return plan
}

/** The most that one step of the plan read, for all its rounds alike. */
function mostRead(plan: string): number {
  const figures = plan.matchAll(/(?:actual rows=|Rows Removed by \w+(?: \w+)*: )(\d+)/g)
  return Math.max(...Array.from(figures, ([, rows]) => Number(rows)))
}

const SELECTIONS: readonly [string, AgentSelection, readonly (string | number)[], readonly (string | number)[]][] = [
  ['all agents', { except: [] }, [], []],
  ['all agents but one', { except: ['slow'] }, ['{slow}'], ['{slow}']],
  ['one agent', { only: 'agent_1' }, ['agent_1'], [50, 'agent_1']],
]

test.for(SELECTIONS)('a scan for tenants of %s reads few rows', async ([, agents, last]) => {
  const { tenants } = claimStatements(JOB_WAKES, agents)
  for (const mode of ['generic', 'custom'])
    for (const kind of ['item', 'delete', 'run'])
      expect(mostRead(await executed(tenants.text, [kind, 3 * BACKLOG, ...last], mode))).toBeLessThan(BACKLOG / 10)
})

test.for(SELECTIONS)('a claim of %s reads few rows', async ([, agents, , last]) => {
  const { claimWithin } = claimStatements(JOB_WAKES, agents)
  const now = 3 * BACKLOG
  const values = ['item', 'acme', now, now + 1, 10, 50, now + 2, ...last]
  for (const mode of ['generic', 'custom']) {
    const plan = await executed(claimWithin.text, values, mode)
    expect(plan).toMatch(/^Update on jobs \(actual rows=10/)
    expect(mostRead(plan)).toBeLessThan(BACKLOG / 10)
  }
})

test('a claim of all agents but one, of a tenant without a limit, reads few rows', async () => {
  const { claim } = claimStatements(JOB_WAKES, { except: ['slow'] })
  const now = 3 * BACKLOG
  for (const mode of ['generic', 'custom']) {
    const plan = await executed(claim.text, ['item', 'acme', now, now + 1, 10, '{slow}'], mode)
    expect(plan).toMatch(/^Update on jobs \(actual rows=10/)
    expect(mostRead(plan)).toBeLessThan(BACKLOG / 10)
  }
})
