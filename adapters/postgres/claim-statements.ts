import type { WakeTable } from '#adapters/sql/wake-table.ts'

/** Names are the same for all kinds of a table, so each connection plans each statement once. */
export function claimStatements(table: WakeTable) {
  return { tenants: tenantsOf(table), ...claimsOf(table), ...correctionsOf(table) }
}

/** From one tenant to the next along the index. MIN of no row is NULL, which ends it. */
function tenantsOf({ name, kindColumn, heldIf = 'FALSE' }: WakeTable) {
  const first = (time: string): string =>
    `(SELECT MIN(wake_at) FROM ${name} WHERE ${kindColumn} = $1 AND tenant_id = tenants.id AND wake_at ${time} AND NOT (${heldIf}))`
  return {
    name: `errand_wake_tenants_${name}`,
    text: `
      WITH RECURSIVE tenants (id) AS (
        SELECT MIN(tenant_id) FROM ${name} WHERE ${kindColumn} = $1
        UNION ALL
        SELECT (SELECT MIN(tenant_id) FROM ${name} WHERE ${kindColumn} = $1 AND tenant_id > tenants.id)
        FROM tenants WHERE tenants.id IS NOT NULL
      )
      SELECT id AS tenant_id, ${first('<= $2')} AS due_at, ${first('> $2')} AS next_at
      FROM tenants WHERE id IS NOT NULL`,
  }
}

/**
 * Kind, tenant, now, until, limit; for a tenant with a cap also the cap, and the latest end of a
 * claim.
 */
function claimsOf({ name, kindColumn, heldIf = 'FALSE', sharesCapIf = `${kindColumn} = $1` }: WakeTable) {
  const claim = (limit: string): string => `
    due AS MATERIALIZED (
      SELECT id, wake_at AS at FROM ${name}
      WHERE ${kindColumn} = $1 AND tenant_id = $2 AND wake_at <= $3 AND NOT (${heldIf})
      ORDER BY wake_at LIMIT ${limit} FOR NO KEY UPDATE SKIP LOCKED
    )
    UPDATE ${name} SET wake_at = $4, claimed_until = $4 FROM due WHERE ${name}.id = due.id
    RETURNING ${name}.id, ${name}.version, due.at`
  const count = (where: string): string =>
    `(SELECT COUNT(*) FROM (SELECT 1 FROM ${name} WHERE tenant_id = $2 AND ${where} LIMIT $6) AS counted)`
  const claimed = `${sharesCapIf} AND wake_at > $3 AND wake_at <= $7 AND claimed_until = wake_at AND NOT (${heldIf})`
  return {
    claim: { name: `errand_claim_${name}`, text: `WITH ${claim('$5')}` },
    claimWithin: {
      name: `errand_claim_within_${name}`,
      text: `
        WITH taken AS MATERIALIZED (SELECT ${count(`(${heldIf})`)} + ${count(claimed)} AS n),
        ${claim('(SELECT GREATEST(0, LEAST($5::bigint, $6::bigint - n)) FROM taken)')}`,
    },
  }
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
