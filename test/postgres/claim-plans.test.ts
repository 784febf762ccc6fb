import { afterAll, beforeAll, expect, test } from 'vitest'
import { claimStatements } from '#adapters/postgres/claim-statements.ts'
import { JOB_WAKES } from '#adapters/sql/jobs-table.ts'
import type { AgentSelection } from '#ports/due.ts'
import { executedPlan, mostRead } from './executed-plan.ts'
import { type Scene, emptyDatabase, openScene } from './scene.ts'

const MODES = ['generic', 'custom'] as const
/** Due; as many have ended. */
const BACKLOG = 20_000

let scene: Scene

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

const executed = (text: string, values: readonly (string | number)[], mode: 'generic' | 'custom') =>
  executedPlan(scene.pool, { text, values, mode })

const SELECTIONS: readonly [string, AgentSelection, readonly (string | number)[], readonly (string | number)[]][] = [
  ['all agents', { except: [] }, [], []],
  ['all agents but one', { except: ['slow'] }, ['{slow}'], ['{slow}']],
  ['one agent', { only: 'agent_1' }, ['agent_1'], [50, 'agent_1']],
]

test.for(SELECTIONS)('a scan for tenants of %s reads few rows', async ([, agents, last]) => {
  const { tenants } = claimStatements(JOB_WAKES, agents)
  for (const mode of MODES)
    for (const kind of ['item', 'delete', 'run'])
      expect(mostRead(await executed(tenants.text, [kind, 3 * BACKLOG, ...last], mode))).toBeLessThan(BACKLOG / 10)
})

test.for(SELECTIONS)('a claim of %s reads few rows', async ([, agents, , last]) => {
  const { claimWithin } = claimStatements(JOB_WAKES, agents)
  const now = 3 * BACKLOG
  const values = ['item', 'acme', now, now + 1, 10, 50, now + 2, ...last]
  for (const mode of MODES) {
    const plan = await executed(claimWithin.text, values, mode)
    expect(plan).toMatch(/^Update on jobs \(actual rows=10/)
    expect(mostRead(plan)).toBeLessThan(BACKLOG / 10)
  }
})

test('a claim of all agents but one, of a tenant without a limit, reads few rows', async () => {
  const { claim } = claimStatements(JOB_WAKES, { except: ['slow'] })
  const now = 3 * BACKLOG
  for (const mode of MODES) {
    const plan = await executed(claim.text, ['item', 'acme', now, now + 1, 10, '{slow}'], mode)
    expect(plan).toMatch(/^Update on jobs \(actual rows=10/)
    expect(mostRead(plan)).toBeLessThan(BACKLOG / 10)
  }
})
