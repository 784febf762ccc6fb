import type { AgentSelection, DueQuery } from '#ports/due.ts'
import type { SqlValue, Statement } from './database.ts'
import type { WakeTable } from './wake-table.ts'

/** What is asked of one table about what is due of it. */
export interface DueStatements {
  /** `tenant_id`, `due_at` and `next_at`. */
  tenants(kind: string, now: number): Statement
  /** `id` */
  due(query: DueQuery): Statement
  /** `id` and `tenant_id` */
  ahead(kind: string, times: { readonly now: number; readonly writtenAfter: number }): Statement
}

export function dueStatements(table: WakeTable, agents: AgentSelection): DueStatements {
  if ('only' in agents) {
    const sql = ` AND ${table.sharesCapIf ?? 'TRUE'} AND agent = ?`
    return withIndexByTurn(table, { sql, params: [agents.only] })
  }
  const { except } = agents
  if (except.length === 0) return withIndexByTurn(table, { sql: '', params: [] })
  const others = { sql: ` AND agent NOT IN (${marks(except)})`, params: except }
  return { ...withIndexByTurn(table, others), ...withIndexByAgent(table, except) }
}

/** A condition on the rows, after others. */
interface Condition {
  readonly sql: string
  readonly params: readonly SqlValue[]
}

function withIndexByTurn({ name, kindColumn }: WakeTable, { sql: more, params: moreParams }: Condition): DueStatements {
  const first = (time: string): string =>
    `(SELECT MIN(wake_at) FROM ${name} WHERE ${kindColumn} = ? AND ${name}.tenant_id = tenants.tenant_id AND wake_at ${time}${more})`
  return {
    tenants: (kind, now) => ({
      sql: `WITH RECURSIVE ${tenantsIn({ name, kindColumn })}
        SELECT tenant_id, ${first('<= ?')} AS due_at, ${first('> ?')} AS next_at FROM tenants WHERE tenant_id IS NOT NULL`,
      params: [kind, kind, kind, now, ...moreParams, kind, now, ...moreParams],
    }),
    due: ({ kind, tenantId, now, limit }) => ({
      sql: `SELECT id FROM ${name} WHERE ${kindColumn} = ? AND tenant_id = ? AND wake_at <= ?${more} ORDER BY wake_at LIMIT ?`,
      params: [kind, tenantId, now, ...moreParams, limit],
    }),
    ahead: (kind, { now, writtenAfter }) => ({
      sql: `SELECT id, tenant_id FROM ${name} WHERE ${kindColumn} = ? AND wake_at > ? AND updated_at > ?${more} ORDER BY wake_at`,
      params: [kind, now, writtenAfter, ...moreParams],
    }),
  }
}

/** From one agent to the next, so that it does not pass over each row of those that are left out. */
function withIndexByAgent(table: WakeTable, except: readonly string[]): Pick<DueStatements, 'tenants' | 'due'> {
  const { name, kindColumn, sharesCapIf = 'TRUE' } = table
  const rows = `FROM ${name} WHERE ${sharesCapIf} AND ${kindColumn} = ?`
  const first = (time: string): string =>
    `(SELECT MIN(wake_at) ${rows} AND tenant_id = pairs.tenant AND ${name}.agent = pairs.agent AND wake_at ${time})`
  return {
    tenants: (kind, now) => ({
      sql: `WITH RECURSIVE ${tenantsIn(table)},
        pairs (tenant, agent) AS (
          SELECT tenant_id, (SELECT MIN(agent) ${rows} AND tenant_id = tenants.tenant_id)
          FROM tenants WHERE tenant_id IS NOT NULL
          UNION ALL
          SELECT tenant, (SELECT MIN(agent) ${rows} AND tenant_id = pairs.tenant AND ${name}.agent > pairs.agent)
          FROM pairs WHERE agent IS NOT NULL
        )
        SELECT tenant AS tenant_id, MIN(${first('<= ?')}) AS due_at, MIN(${first('> ?')}) AS next_at
        FROM pairs WHERE agent NOT IN (${marks(except)}) GROUP BY tenant`,
      params: [kind, kind, kind, kind, kind, now, kind, now, ...except],
    }),
    // Without LATERAL: the time of the last row that is wanted of each agent bounds what is read of it.
    due: ({ kind, tenantId, now, limit }) => ({
      sql: `WITH RECURSIVE agents (name) AS (
          SELECT MIN(agent) ${rows} AND tenant_id = ?
          UNION ALL
          SELECT (SELECT MIN(agent) ${rows} AND tenant_id = ? AND agent > agents.name) FROM agents WHERE name IS NOT NULL
        ),
        bounds (agent, wake_at) AS (
          SELECT name, COALESCE((SELECT wake_at ${rows} AND tenant_id = ? AND agent = agents.name AND wake_at <= ?
            ORDER BY wake_at LIMIT 1 OFFSET ?), ?)
          FROM agents WHERE name NOT IN (${marks(except)})
        )
        SELECT ${name}.id FROM bounds CROSS JOIN ${name} WHERE ${sharesCapIf} AND ${kindColumn} = ? AND tenant_id = ?
          AND ${name}.agent = bounds.agent AND ${name}.wake_at <= bounds.wake_at
        ORDER BY ${name}.wake_at LIMIT ?`,
      params: [kind, tenantId, kind, tenantId, kind, tenantId, now, limit - 1, now, ...except, kind, tenantId, limit],
    }),
  }
}

function marks(values: readonly string[]): string {
  return values.map(() => '?').join(', ')
}

/** From one tenant to the next along the index, so that it costs a few look-ups for each tenant and none for each row. */
function tenantsIn({ name, kindColumn }: Pick<WakeTable, 'name' | 'kindColumn'>): string {
  return `tenants (tenant_id) AS (
    SELECT MIN(tenant_id) FROM ${name} WHERE ${kindColumn} = ? AND wake_at IS NOT NULL
    UNION ALL
    SELECT (SELECT MIN(${name}.tenant_id) FROM ${name}
      WHERE ${kindColumn} = ? AND ${name}.tenant_id > tenants.tenant_id AND wake_at IS NOT NULL)
    FROM tenants WHERE tenants.tenant_id IS NOT NULL
  )`
}
