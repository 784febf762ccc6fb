import type { WakeTable } from '#adapters/sql/wake-table.ts'
import type { AgentSelection } from '#ports/due.ts'

/** Condition for rows of `jobs` that an executor holds, or is about to begin. */
export const IN_HAND = "status = 'running' OR claimed_until = wake_at"

/**
 * Names are the same for all kinds of a table, so each connection plans each statement once. The
 * last parameter of a selection that is not of all agents is its agent, or its agents.
 */
export function claimStatements(table: WakeTable, agents: AgentSelection) {
  if ('only' in agents) return { tenants: tenantsOf(table, OF_ONE), ...claimsOfAgent(table), ...correctionsOf(table) }
  const isOfAll = agents.except.length === 0
  const tenants = isOfAll ? tenantsOf(table, '') : tenantsExcept(table)
  return { tenants, ...claimsOf(table, isOfAll ? dueOfAll : dueExcept), ...correctionsOf(table) }
}

const OF_ONE = 'AND agent = $3'

function tenantsOf(table: WakeTable, ofAgent: string) {
  const { name, kindColumn, heldIf = 'FALSE', sharesCapIf = 'TRUE' } = table
  const more = ofAgent === '' ? '' : `AND ${sharesCapIf} ${ofAgent}`
  const first = (time: string): string =>
    `(SELECT MIN(wake_at) FROM ${name} WHERE ${kindColumn} = $1 AND tenant_id = tenants.id AND wake_at ${time} ${more} AND NOT (${heldIf}))`
  return {
    name: `errand_wake_tenants_${name}${more === '' ? '' : '_of_agent'}`,
    text: `
      WITH RECURSIVE ${tenantsIn(table)}
      SELECT id AS tenant_id, ${first('<= $2')} AS due_at, ${first('> $2')} AS next_at
      FROM tenants WHERE id IS NOT NULL`,
  }
}

function tenantsExcept(table: WakeTable) {
  const { name, kindColumn, heldIf = 'FALSE', sharesCapIf = 'TRUE' } = table
  const rows = `FROM ${name} WHERE ${sharesCapIf} AND ${kindColumn} = $1`
  const first = (time: string): string =>
    `(SELECT MIN(wake_at) ${rows} AND tenant_id = pairs.tenant AND ${name}.agent = pairs.agent AND wake_at ${time} AND NOT (${heldIf}))`
  return {
    name: `errand_wake_tenants_${name}_except`,
    text: `
      WITH RECURSIVE ${tenantsIn(table)},
      pairs (tenant, agent) AS (
        SELECT id, ${nextAgent(table, 'tenants.id')} FROM tenants WHERE id IS NOT NULL
        UNION ALL
        SELECT tenant, ${nextAgent(table, 'pairs.tenant', 'pairs.agent')}
        FROM pairs WHERE pairs.agent IS NOT NULL
      )
      SELECT tenant AS tenant_id, MIN(${first('<= $2')}) AS due_at, MIN(${first('> $2')}) AS next_at
      FROM pairs WHERE pairs.agent <> ALL ($3::text[]) GROUP BY tenant`,
  }
}

/** From one tenant to the next along the index. NULL ends it. */
function tenantsIn(table: WakeTable): string {
  return `tenants (id) AS (
    SELECT ${nextTenant(table)}
    UNION ALL
    SELECT ${nextTenant(table, 'tenants.id')} FROM tenants WHERE tenants.id IS NOT NULL
  )`
}

/**
 * The first tenant, or the one after another; NULL for no more. It compares rows: of columns that
 * `=` holds fast the planner forgets the order, and follows another index past all that has ended.
 */
function nextTenant({ name, kindColumn }: WakeTable, last = "''"): string {
  return `(SELECT CASE ${kindColumn} WHEN $1 THEN tenant_id END FROM ${name}
    WHERE (${kindColumn}, tenant_id) > ($1, ${last}) ORDER BY ${kindColumn}, tenant_id LIMIT 1)`
}

/** As `nextTenant`, of the tenant's agents. */
function nextAgent({ name, kindColumn, sharesCapIf = 'TRUE' }: WakeTable, tenant: string, last = "''"): string {
  return `(SELECT CASE WHEN ${kindColumn} = $1 AND tenant_id = ${tenant} THEN ${name}.agent END FROM ${name}
    WHERE ${sharesCapIf} AND (${kindColumn}, tenant_id, ${name}.agent) > ($1, ${tenant}, ${last})
    ORDER BY ${kindColumn}, tenant_id, ${name}.agent LIMIT 1)`
}

/** Rows due for longest that a claim can pass over because other servers are claiming them: two servers' most. */
const LOCKED_BY_OTHERS = '200'

/** CTEs that end with the rows to claim, as `due`. */
type Due = (table: WakeTable, limit: string, agents: string) => string

const dueOfAll: Due = ({ name, kindColumn, heldIf = 'FALSE' }, limit) => `
  due AS MATERIALIZED (
    SELECT id, wake_at AS at FROM ${name}
    WHERE ${kindColumn} = $1 AND tenant_id = $2 AND wake_at <= $3 AND NOT (${heldIf})
    ORDER BY wake_at LIMIT ${limit} FOR NO KEY UPDATE SKIP LOCKED
  )`

const dueOfAgent: Due = ({ name, kindColumn, heldIf = 'FALSE', sharesCapIf = 'TRUE' }, limit, agent) => `
  due AS MATERIALIZED (
    SELECT id, wake_at AS at FROM ${name}
    WHERE ${sharesCapIf} AND ${kindColumn} = $1 AND tenant_id = $2 AND agent = ${agent} AND wake_at <= $3 AND NOT (${heldIf})
    ORDER BY wake_at LIMIT ${limit} FOR NO KEY UPDATE SKIP LOCKED
  )`

/**
 * From one agent to the next, so that it does not pass over each row of those that are left out. It
 * locks no more than it takes: what one server only looks at, others may claim meanwhile.
 */
const dueExcept: Due = (table, limit, agents) => {
  const { name, kindColumn, heldIf = 'FALSE', sharesCapIf = 'TRUE' } = table
  const isDue = `${sharesCapIf} AND ${kindColumn} = $1 AND wake_at <= $3 AND NOT (${heldIf})`
  return `
  agents (name) AS (
    SELECT ${nextAgent(table, '$2')}
    UNION ALL
    SELECT ${nextAgent(table, '$2', 'agents.name')} FROM agents WHERE agents.name IS NOT NULL
  ),
  candidates AS MATERIALIZED (
    SELECT first.id FROM agents CROSS JOIN LATERAL (
      SELECT id, wake_at FROM ${name} WHERE ${isDue} AND tenant_id = $2 AND agent = agents.name
      ORDER BY wake_at LIMIT ${limit} + ${LOCKED_BY_OTHERS}
    ) AS first WHERE agents.name <> ALL (${agents}::text[])
    ORDER BY first.wake_at LIMIT ${limit} + ${LOCKED_BY_OTHERS}
  ),
  due AS MATERIALIZED (
    SELECT id, wake_at AS at FROM ${name} WHERE id = ANY (ARRAY(SELECT id FROM candidates)) AND ${isDue}
    ORDER BY wake_at LIMIT ${limit} FOR NO KEY UPDATE SKIP LOCKED
  )`
}

/** An array, not a join: a planner that expects many rows to be due would read the whole table for it. */
function claimedOf({ name }: WakeTable): string {
  return `UPDATE ${name} SET wake_at = $4, claimed_until = $4 WHERE id = ANY (ARRAY(SELECT id FROM due))
    RETURNING id, version, (SELECT at FROM due WHERE due.id = ${name}.id) AS at`
}

/** How many rows of the tenant are in hand, as far as that matters. */
function inHandOfTenant(table: WakeTable): string {
  const { name, kindColumn, heldIf = 'FALSE', sharesCapIf = `${kindColumn} = $1` } = table
  const count = (where: string): string =>
    `(SELECT COUNT(*) FROM (SELECT 1 FROM ${name} WHERE tenant_id = $2 AND ${where} LIMIT $6) AS counted)`
  const claimed = `${sharesCapIf} AND wake_at > $3 AND wake_at <= $7 AND claimed_until = wake_at AND NOT (${heldIf})`
  return `${count(`(${heldIf})`)} + ${count(claimed)}`
}

/**
 * Kind, tenant, now, until, limit; for a tenant with a cap also the cap, and the latest end of a
 * claim.
 */
function claimsOf(table: WakeTable, due: Due) {
  const { name } = table
  const suffix = due === dueOfAll ? '' : '_except'
  return {
    claim: {
      name: `errand_claim_${name}${suffix}`,
      text: `WITH RECURSIVE ${due(table, '$5::bigint', '$6')} ${claimedOf(table)}`,
    },
    claimWithin: {
      name: `errand_claim_within_${name}${suffix}`,
      text: `
        WITH RECURSIVE taken AS MATERIALIZED (SELECT ${inHandOfTenant(table)} AS n),
        ${due(table, '(SELECT GREATEST(0, LEAST($5::bigint, $6::bigint - n)) FROM taken)', '$8')} ${claimedOf(table)}`,
    },
  }
}

/**
 * Kind, tenant, now, until, limit, cap of the tenant or NULL, the latest end of a claim, cap of the
 * agent, agent. LEAST passes over NULL.
 */
function claimsOfAgent(table: WakeTable) {
  const { name, sharesCapIf = 'TRUE' } = table
  const ofAgent = `(SELECT COUNT(*) FROM ${name} WHERE agent = $9 AND (${IN_HAND})
    AND (status = 'running' OR (wake_at > $3 AND wake_at <= $7 AND ${sharesCapIf})))`
  const limit = '(SELECT GREATEST(0, LEAST($5::bigint, $6::bigint - of_tenant, $8::bigint - of_agent)) FROM taken)'
  const claimWithin = {
    name: `errand_claim_within_${name}_of_agent`,
    text: `
      WITH taken AS MATERIALIZED (SELECT ${inHandOfTenant(table)} AS of_tenant, ${ofAgent} AS of_agent),
      ${dueOfAgent(table, limit, '$9')} ${claimedOf(table)}`,
  }
  return { claim: claimWithin, claimWithin }
}

function correctionsOf({ name, kindColumn, heldIf = 'FALSE' }: WakeTable) {
  return {
    // The writer of a locked row decides its time.
    giveBack: {
      name: `errand_give_back_${name}`,
      text: `
        WITH claims AS MATERIALIZED (
          SELECT ${name}.id, said.at
          FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[]) AS said (id, version, until, at)
          JOIN ${name} ON ${name}.id = said.id AND ${name}.version = said.version AND ${name}.wake_at = said.until
          WHERE NOT (${heldIf})
          FOR NO KEY UPDATE OF ${name} SKIP LOCKED
        )
        UPDATE ${name} SET wake_at = claims.at FROM claims WHERE ${name}.id = claims.id`,
    },
    // A locked row has a live process. Waiting for it, row after row, could deadlock with a group
    // of commits.
    expedite: {
      name: `errand_expedite_${name}`,
      text: `
        WITH ahead AS MATERIALIZED (
          SELECT id FROM ${name}
          WHERE ${kindColumn} = $1 AND wake_at > $2 AND wake_at <= $3 AND NOT (${heldIf})
          FOR NO KEY UPDATE SKIP LOCKED
        )
        UPDATE ${name} SET wake_at = $2 FROM ahead WHERE ${name}.id = ahead.id`,
    },
    catchUp: {
      name: `errand_catch_up_${name}`,
      text: `
        UPDATE ${name} SET wake_at = $2
        WHERE ${kindColumn} = $1 AND wake_at > $2 AND NOT (${heldIf})
          AND (updated_at > $3 OR (claimed_until = wake_at AND wake_at > $4))`,
    },
  }
}
